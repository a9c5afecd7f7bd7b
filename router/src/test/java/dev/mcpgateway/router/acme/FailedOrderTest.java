package dev.mcpgateway.router.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpgateway.router.acme.AcmeSettings.ChallengeType;
import dev.mcpgateway.router.renewal.OrderException;
import dev.mcpgateway.router.renewal.OrderException.Reason;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with an order is told in words, with what to do and without secrets. */
class FailedOrderTest {
    @TempDir
    static Path certificates;

    /** Of a gateway that does not share the folder, so that it knows no answer. */
    @TempDir
    static Path elsewhere;

    private static ProvingGateway gateway;
    private static Pebble pebble;

    @BeforeAll
    static void start() throws Exception {
        gateway = new ProvingGateway(elsewhere);
        pebble = Pebble.setup()
                .config("\"domainBlocklist\": [\"blocked.example.com\"]")
                .start(gateway.httpPort(), gateway.httpsPort());
    }

    @AfterAll
    static void stop() throws Exception {
        if (pebble != null) {
            pebble.close();
        }
        gateway.close();
    }

    @Test
    void tellsThatAnotherServerAnswers() {
        OrderException failure = failure(Orders.from(pebble), "wrong.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.NOT_PROVEN);
        assertThat(failure)
                .hasMessageContaining("http-01")
                .hasMessageContaining("wrong.example.com is this gateway")
                .hasMessageContaining("404")
                .hasMessageContaining("old DNS record lead elsewhere");
        assertThat(failure.getMessage()).doesNotContainPattern("[A-Za-z0-9_-]{40,}");
    }

    @Test
    void tellsThatTlsIsNotAnsweredForTheChallenge() {
        OrderException failure = failure(Orders.from(pebble).by(ChallengeType.TLS_ALPN_01), "wrong-tls.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.NOT_PROVEN);
        assertThat(failure).hasMessageContaining("tls-alpn-01").hasMessageContaining("wrong-tls.example.com");
    }

    @Test
    void takesItsAnswersBackAfterAFailure() throws Exception {
        failure(Orders.from(pebble), "taken-back.example.com");

        try (var files = Files.list(certificates.resolve("acme/challenges"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void tellsThatTheNameIsNotCertified() {
        OrderException failure = failure(Orders.from(pebble), "blocked.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure).hasMessageContaining("rejectedIdentifier").hasMessageContaining("blocked.example.com");
    }

    @Test
    void tellsWhichTermsAreToBeAccepted() {
        OrderException failure = failure(Orders.from(pebble).withoutAcceptingTerms(), "terms.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure)
                .hasMessageContaining("ACME_ACCEPT_TERMS=true")
                .hasMessageContaining("data:text/plain,Do%20what%20thou%20wilt");
    }

    @Test
    void tellsThatThereIsNoSuchProfile() {
        OrderException failure = failure(Orders.from(pebble).profile("shortlived"), "profile.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure).hasMessageContaining("ACME_PROFILE");
    }

    @Test
    void tellsThatWildcardsNeedTheDns() {
        OrderException failure = failure(Orders.from(pebble), "*.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure)
                .hasMessageContaining("offers no http-01 for *.example.com")
                .hasMessageContaining("dns-01");
    }

    @Test
    void tellsThatTheAuthorityIsNotThere() {
        URI nobody = URI.create("https://localhost:" + Pebble.freePort() + "/dir");

        OrderException failure = failure(Orders.from(nobody, pebble.caFile()), "down.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure)
                .hasMessageContaining("localhost_" + nobody.getPort())
                .hasMessageContaining("nothing answers");
    }

    @Test
    void tellsThatTheAuthoritysOwnCertificateIsNotTrusted() {
        OrderException failure = failure(Orders.from(pebble.directory(), null), "untrusted.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining("not trusted").hasMessageContaining("ACME_CA_FILE");
    }

    @Test
    void tellsThatSomethingElseAnswersInsteadOfAnAuthority() {
        URI gatewayItself = URI.create("http://127.0.0.1:" + gateway.httpPort() + "/dir");

        OrderException failure = failure(Orders.from(gatewayItself, null), "not-acme.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining("HTTP 418");
    }

    @Test
    void tellsThatTheHookFailedAndWhatItSaid() throws Exception {
        Path hook = Orders.hook(certificates, "echo no such zone: $2 >&2; exit 3");

        OrderException failure = failure(Orders.from(pebble).byDns(hook), "hook.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.LOCAL);
        assertThat(failure).hasMessageContaining("ended with 3: no such zone: _acme-challenge.hook.example.com");
    }

    @Test
    void endsAHookThatTakesTooLong() throws Exception {
        Path pid = certificates.resolve("hook-pid");
        Path hook = Orders.hook(certificates, "[ $1 = cleanup ] && exit 0; echo $$ > %s; sleep 600".formatted(pid));

        OrderException failure =
                failure(Orders.from(pebble).byDns(hook, Duration.ofSeconds(1)), "slow-hook.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.LOCAL);
        assertThat(failure).hasMessageContaining("ACME_DNS_WAIT");
        assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                        .filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void givesTheHookNothingOfItsEnvironment() throws Exception {
        Path seen = certificates.resolve("hook-environment");
        Path hook = Orders.hook(certificates, "env > %s; exit 1".formatted(seen));

        failure(Orders.from(pebble).byDns(hook), "environment.example.com");

        assertThat(Files.readAllLines(seen)).allMatch(line -> line.matches("(PATH|HOME|LANG|PWD|SHLVL|_|OLDPWD)=.*"));
    }

    @Test
    void tellsThatTheFolderCannotBeWritten() throws Exception {
        Path file = Files.createFile(elsewhere.resolve("a-file"));

        OrderException failure = catchThrowableOfType(
                OrderException.class,
                () -> Orders.from(pebble).authority(file).order(List.of("folder.example.com"), Optional.empty()));

        assertThat(failure.reason()).isEqualTo(Reason.LOCAL);
        assertThat(failure).hasMessageContaining("account-key.pem");
    }

    private static OrderException failure(Orders orders, String name) {
        return catchThrowableOfType(
                OrderException.class, () -> orders.authority(certificates).order(List.of(name), Optional.empty()));
    }
}
