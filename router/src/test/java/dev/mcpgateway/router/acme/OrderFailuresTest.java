package dev.mcpgateway.router.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.renewal.OrderException;
import dev.mcpgateway.router.renewal.OrderException.Reason;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;
import org.shredzone.acme4j.toolbox.JSON;

class OrderFailuresTest {
    private static final String TOKEN = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";

    private final OrderFailures failures = new OrderFailures("ca.example");

    @ParameterizedTest
    @CsvSource({
        "badNonce,                UNREACHABLE, overloaded",
        "serverInternal,          UNREACHABLE, problem of its own",
        "rateLimited,             RATE_LIMITED, (rateLimited)",
        "dns,                     NOT_PROVEN, record of this name",
        "connection,              NOT_PROVEN, port 80",
        "tls,                     NOT_PROVEN, port 443",
        "caa,                     NOT_PROVEN, CAA",
        "incorrectResponse,       NOT_PROVEN, Something else",
        "unauthorized,            REFUSED, (unauthorized)",
        "rejectedIdentifier,      REFUSED, no other try",
        "unsupportedIdentifier,   REFUSED, of this kind",
        "externalAccountRequired, REFUSED, ACME_EAB_KID",
        "invalidContact,          REFUSED, ACME_EMAIL",
        "unsupportedContact,      REFUSED, ACME_EMAIL",
        "accountDoesNotExist,     REFUSED, (accountDoesNotExist)",
        "malformed,               REFUSED, (malformed)",
        "somethingNew,            REFUSED, (somethingNew)"
    })
    void saysWhatAProblemMeansAndWhatToDo(String type, Reason reason, String words) {
        OrderException failure =
                of(problem("{\"type\": \"urn:ietf:params:acme:error:%s\", \"detail\": \"why\"}".formatted(type)));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure)
                .hasMessageContaining("ca.example refused when testing: why")
                .hasMessageContaining(words);
    }

    @Test
    void tellsSubproblemsByName() {
        OrderException failure = of(problem("""
                {"type": "urn:ietf:params:acme:error:compound", "detail": "two problems", "subproblems": [
                  {"type": "urn:ietf:params:acme:error:caa", "detail": "forbidden",
                   "identifier": {"type": "dns", "value": "a.example"}},
                  {"type": "urn:ietf:params:acme:error:dns", "detail": "unknown",
                   "identifier": {"type": "dns", "value": "b.example"}}]}
                """));

        assertThat(failure)
                .hasMessageContaining("a.example: forbidden (caa)")
                .hasMessageContaining("b.example: unknown (dns)");
    }

    @Test
    void tellsWhereChangedTermsAreAgreedTo() {
        Problem problem = problem("""
                {"type": "urn:ietf:params:acme:error:userActionRequired", "detail": "terms have changed",
                 "instance": "https://ca.example/agree?id=1"}
                """);

        OrderException failure = failures.of(
                "testing",
                new AcmeUserActionRequiredException(problem, URI.create("https://ca.example/terms")),
                Optional.empty());

        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure)
                .hasMessageContaining("https://ca.example/agree?id=1")
                .hasMessageContaining("https://ca.example/terms");
    }

    @Test
    void showsNeitherTokensNorControlCharactersNorBooks() {
        OrderException failure =
                of(problem("{\"type\": \"x\", \"detail\": \"at /.well-known/acme-challenge/%s\\u001b[31m\\n%s\"}"
                        .formatted(TOKEN, "long text ".repeat(1_000))));

        assertThat(failure.getMessage())
                .doesNotContain(TOKEN)
                .doesNotContain("\u001b")
                .doesNotContain("\n")
                .contains("/.well-known/acme-challenge/...")
                .hasSizeLessThan(800);
    }

    @Test
    void takesProblemsThatAreNone() {
        assertThat(of(problem("{\"type\": \"about:blank\"}")))
                .hasMessageContaining("no reason given")
                .hasMessageContaining("about:blank");
        assertThat(failures.of(
                        "testing", new AcmeProtocolException("Unexpected content type: text/html"), Optional.empty()))
                .hasMessageContaining("not ACME")
                .hasMessageContaining("text/html");
        assertThat(failures.of("testing", new AcmeException("HTTP 500"), Optional.empty())
                        .reason())
                .isEqualTo(Reason.UNREACHABLE);
    }

    private OrderException of(Problem problem) {
        return failures.of("testing", new AcmeServerException(problem), Optional.empty());
    }

    private static Problem problem(String json) {
        try {
            return new Problem(
                    JSON.parse(json), URI.create("https://ca.example/").toURL());
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }
}
