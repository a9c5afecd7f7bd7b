package dev.mcpgateway.oracle.admission;

import static dev.mcpgateway.oracle.testing.Browser.location;
import static dev.mcpgateway.oracle.testing.Browser.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.OidcIdentityProvider;
import dev.mcpgateway.oracle.identity.OidcSettings;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.FakeIdentityProvider;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.oracle.testing.oidc.OpenIdStandIn;
import dev.mcpgateway.settings.Secret;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two OpenID providers and another one: people choose, and each sign-in stays with what was chosen. */
@Timeout(120)
class SeveralProvidersTest {
    private static final String FILE = """
            services:
              echo: {upstream: x, allow: ['oidc-group:company:Staff', 'oidc:partner:bob']}
            oidc:
              company: {issuer: 'https://company.example', client_id: x}
              partner: {issuer: 'https://partner.example', client_id: x}
            """;

    private final Clock clock = Clock.fixed(Instant.parse("2026-11-01T12:00:00Z"), ZoneOffset.UTC);
    private final OpenIdStandIn company = OpenIdStandIn.start(clock);
    private final OpenIdStandIn partner = OpenIdStandIn.start(clock);
    private final RunningOracle oracle = RunningOracle.startWithProviders(
            List.of(provider("company", company), provider("partner", partner), new FakeIdentityProvider()),
            Map.of(),
            FILE);
    private final String clientId = oracle.registerClient();
    private final Browser browser = new Browser(oracle);

    @BeforeEach
    void fill() {
        company.user("alice", staff());
        company.user("bob", JsonObject.EMPTY_JSON_OBJECT);
        partner.user("alice", staff());
        partner.user("bob", JsonObject.EMPTY_JSON_OBJECT);
    }

    @AfterEach
    void stop() {
        oracle.close();
        company.close();
        partner.close();
    }

    private static JsonObject staff() {
        return Json.createObjectBuilder()
                .add("groups", Json.createArrayBuilder().add("Staff"))
                .build();
    }

    private IdentityProvider provider(String name, OpenIdStandIn op) {
        return new OidcIdentityProvider(
                new OidcSettings(
                        name,
                        name + " Ltd",
                        op.issuer(),
                        OpenIdStandIn.CLIENT_ID,
                        Secret.of(OpenIdStandIn.CLIENT_SECRET),
                        List.of("openid"),
                        "groups",
                        Map.of(),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60)),
                GatewaySecrets.of(Secret.of(RunningOracle.GATEWAY_SECRET)),
                clock);
    }

    private HttpResponse<String> signIn(String provider, OpenIdStandIn op, String sub) {
        URI authorize = browser.allowWith(provider, Browser.request(clientId));
        assertThat(authorize.toString()).startsWith(op.issuer() + "/authorize?");
        return browser.comeBack(op.signIn(authorize, sub));
    }

    private JsonObject connect(String provider, OpenIdStandIn op, String sub) {
        String code = query(location(signIn(provider, op, sub))).required("code");
        return RunningOracle.json(oracle.redeem(clientId, code));
    }

    private HttpResponse<String> verify(JsonObject tokens) {
        return oracle.verify(RunningOracle.ECHO, tokens.getString("access_token"));
    }

    private static void await(BooleanSupplier condition) {
        Instant end = Instant.now().plusSeconds(30);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("it did not happen in time").isBefore(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Test
    void offersThemAll() {
        HttpResponse<String> consent = browser.authorize(Browser.request(clientId));
        HttpResponse<String> choice = browser.decide(consent, "allow");

        assertThat(consent.body()).contains("Next you choose what to sign in with.");
        assertThat(choice.statusCode()).isEqualTo(200);
        assertThat(choice.body())
                .contains("Sign in with company Ltd", "Sign in with partner Ltd", "Sign in with Fake")
                .contains("name=\"provider\" value=\"partner\"");
    }

    @Test
    void refusesAProviderThatIsNotOffered() {
        HttpResponse<String> consent = browser.authorize(Browser.request(clientId));

        HttpResponse<String> answer = browser.post(
                "/consent",
                Map.of("request", Browser.sealedRequest(consent), "decision", "allow", "provider", "github"));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("provider that is not offered");
    }

    @Test
    void letsInWhoIsInTheGroup() {
        JsonObject tokens = connect("company", company, "alice");

        HttpResponse<String> verdict = verify(tokens);
        assertThat(verdict.statusCode()).isEqualTo(204);
        assertThat(verdict.headers().firstValue("X-User-Id")).contains("oidc:company:alice");
        assertThat(connect("partner", partner, "bob").getString("access_token")).isNotEmpty();
        company.secrets().forEach(secret -> assertThat(oracle.dump()).doesNotContain(secret));
    }

    @Test
    void believesNoProviderAboutUsersOfAnother() {
        assertThat(query(location(signIn("partner", partner, "alice"))).required("error"))
                .isEqualTo("access_denied");
        assertThat(query(location(signIn("company", company, "bob"))).required("error"))
                .isEqualTo("access_denied");
    }

    @Test
    void takesNoAnswerOfAProviderThatTheSignInDidNotBeginWith() {
        URI authorize = browser.allowWith("company", Browser.request(clientId));

        HttpResponse<String> answer = browser.comeBack(partner.signIn(authorize, "bob"));

        assertThat(query(location(answer)).required("error")).isEqualTo("access_denied");
        assertThat(oracle.store().accounts().find("oidc:company:bob")).isEmpty();
    }

    @Test
    void takesNoAnswerThatWasMeantForAnotherProvider() {
        URI authorize = browser.allowWith("company", Browser.request(clientId));
        URI callback = company.signIn(authorize, "alice");

        HttpResponse<String> elsewhere = browser.get("/callback/partner?" + callback.getRawQuery());
        HttpResponse<String> again = browser.comeBack(callback);

        assertThat(elsewhere.statusCode()).isEqualTo(400);
        assertThat(elsewhere.body()).contains("came back from another provider");
        assertThat(again.statusCode()).isEqualTo(400);
    }

    @Test
    void endsGrantsOfThoseWhoWereDisabled() {
        JsonObject tokens = connect("company", company, "alice");
        company.remove("alice");

        oracle.clock().advance(Duration.ofMinutes(5));

        await(() -> verify(tokens).statusCode() == 401);
        await(() -> oracle.store().accounts().find("oidc:company:alice").isEmpty());
    }

    @Test
    void endsGrantsOfThoseWhoLeftTheGroupWhenTheyRefresh() {
        JsonObject tokens = connect("company", company, "alice");
        company.user("alice", JsonObject.EMPTY_JSON_OBJECT);
        oracle.clock().advance(Duration.ofSeconds(10));

        HttpResponse<String> answer = oracle.refresh(clientId, tokens.getString("refresh_token"));

        assertThat(answer.body()).contains("invalid_grant");
    }

    @Test
    void saysThatAProviderDoesNotAnswer() {
        company.fail("/.well-known/openid-configuration", 503);
        HttpResponse<String> consent = browser.authorize(Browser.request(clientId));

        HttpResponse<String> answer = browser.post(
                "/consent",
                Map.of("request", Browser.sealedRequest(consent), "decision", "allow", "provider", "company"));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("company Ltd does not answer", "choose another way to sign in");
        assertThat(oracle.loginsBegun()).isZero();
    }
}
