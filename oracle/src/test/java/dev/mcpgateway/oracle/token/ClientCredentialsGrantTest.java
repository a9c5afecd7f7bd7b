package dev.mcpgateway.oracle.token;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static dev.mcpgateway.oracle.testing.RunningOracle.FILES;
import static dev.mcpgateway.oracle.testing.RunningOracle.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.oracle.testing.ClientKey;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.oracle.testing.SettableClock;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class ClientCredentialsGrantTest {
    private static final String SECRET = "the-secret-of-the-nightly-report-1";

    private final ClientKey key = new ClientKey(new SettableClock(Instant.parse("2026-11-01T12:00:00Z")));
    private RunningOracle oracle;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("secret"), SECRET + "\n");
        Files.writeString(folder.resolve("jwks.json"), key.jwks());
        oracle = RunningOracle.startWithFile(
                """
                services:
                  echo: {upstream: x, allow: ['client:nightly', 'client:signer'], optional_scopes: [write]}
                  files: {upstream: x, allow: ['*']}
                clients:
                  nightly:
                    name: Nightly report
                    secret_file: %s
                    grant_types: [client_credentials]
                  signer:
                    jwks_file: %s
                    grant_types: [client_credentials]
                  website:
                    secret_file: %s
                    redirect_uris: [https://app.example/cb]
                """.formatted(folder.resolve("secret"), folder.resolve("jwks.json"), folder.resolve("secret")));
    }

    @AfterAll
    void stop() {
        oracle.close();
    }

    private HttpResponse<String> basic(String client, String secret, Map<String, String> form) {
        String credentials =
                Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
        return oracle.send(oracle.request("/token")
                .header("Authorization", "Basic " + credentials)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(RunningOracle.encode(form))));
    }

    private static Map<String, String> form(String resource) {
        return new HashMap<>(Map.of("grant_type", "client_credentials", "resource", resource));
    }

    private HttpResponse<String> signed(String assertion) {
        Map<String, String> form = form(ECHO);
        form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        form.put("client_assertion", assertion);
        return oracle.post("/token", form);
    }

    private static void assertRefused(HttpResponse<String> response, int status, String error) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(json(response).getString("error")).isEqualTo(error);
    }

    @Test
    void givesAClientWithASecretATokenForItself() {
        HttpResponse<String> response = basic("nightly", SECRET, form(ECHO));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonObject tokens = json(response);
        assertThat(tokens).doesNotContainKey("refresh_token");
        HttpResponse<String> verdict = oracle.verify(ECHO, tokens.getString("access_token"));
        assertThat(verdict.statusCode()).isEqualTo(204);
        assertThat(verdict.headers().firstValue("X-User-Id")).contains("client:nightly");
        assertThat(verdict.headers().firstValue("X-User-Name")).contains("Nightly report");
        assertThat(verdict.headers().firstValue("X-Client-Id")).contains("nightly");
    }

    @Test
    void grantsTheScopesAskedFor() {
        Map<String, String> form = form(ECHO);
        form.put("scope", "mcp write");

        assertThat(json(basic("nightly", SECRET, form)).getString("scope")).isEqualTo("mcp write");
        form.put("scope", "admin");
        assertRefused(basic("nightly", SECRET, form), 400, "invalid_scope");
    }

    @Test
    void endsWithItsGrant() {
        String token = json(basic("nightly", SECRET, form(ECHO))).getString("access_token");

        oracle.store().tokens().revokeClient("nightly", oracle.clock().instant());

        assertThat(oracle.verify(ECHO, token).statusCode()).isEqualTo(401);
        oracle.clock().advance(java.time.Duration.ofMillis(1));
    }

    @Test
    void isNotAdmittedAsEverybody() {
        assertRefused(basic("nightly", SECRET, form(FILES)), 400, "unauthorized_client");
    }

    @Test
    void needsAResourceWhereThereAreSeveral() {
        assertRefused(basic("nightly", SECRET, Map.of("grant_type", "client_credentials")), 400, "invalid_target");
    }

    @Test
    void isForClientsThatMayUseIt() {
        assertRefused(basic("website", SECRET, form(ECHO)), 400, "unauthorized_client");
        Map<String, String> form = form(ECHO);
        form.put("client_id", oracle.registerClient());
        assertRefused(oracle.post("/token", form), 400, "unauthorized_client");
    }

    @Test
    void refusesAWrongSecret() {
        assertRefused(basic("nightly", SECRET + "x", form(ECHO)), 401, "invalid_client");
        Map<String, String> form = form(ECHO);
        form.put("client_id", "nightly");
        assertRefused(oracle.post("/token", form), 401, "invalid_client");
    }

    @Test
    void givesAClientWithAKeyATokenForItself() {
        HttpResponse<String> response = signed(key.assertion("signer"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(oracle.verify(ECHO, json(response).getString("access_token")).statusCode())
                .isEqualTo(204);
    }

    @Test
    void takesAnAssertionOnce() {
        String assertion = key.assertion("signer");

        assertThat(signed(assertion).statusCode()).isEqualTo(200);
        assertRefused(signed(assertion), 401, "invalid_client");
    }

    static Stream<Consumer<JwtClaims>> whatMakesAnAssertionWorthless() {
        return Stream.of(
                claims -> claims.setAudience("https://auth.example.net"),
                claims -> claims.setAudience(ECHO),
                claims -> claims.unsetClaim("aud"),
                claims -> claims.setIssuer("nightly"),
                claims -> claims.setSubject("nightly"),
                claims -> claims.unsetClaim("jti"),
                claims -> claims.unsetClaim("exp"),
                claims -> claims.setExpirationTime(NumericDate.fromSeconds(
                        Instant.parse("2026-11-01T11:58:00Z").getEpochSecond())),
                claims -> claims.setExpirationTime(NumericDate.fromSeconds(
                        Instant.parse("2026-11-01T14:00:00Z").getEpochSecond())));
    }

    @ParameterizedTest
    @MethodSource("whatMakesAnAssertionWorthless")
    void refusesAnAssertionThatIsNotForUsNow(Consumer<JwtClaims> change) {
        assertRefused(signed(key.assertion("signer", change)), 401, "invalid_client");
    }

    @Test
    void refusesAnAssertionThatTheClientsKeyHasNotSigned() throws JoseException {
        assertRefused(signed(new ClientKey(oracle.clock()).assertion("signer")), 401, "invalid_client");
        for (String forgery : key.forgeries("signer")) {
            assertRefused(signed(forgery), 401, "invalid_client");
        }
        assertRefused(signed("x".repeat(10_000)), 401, "invalid_client");
        assertRefused(signed("no.jwt.atall"), 401, "invalid_client");
        // A client with a secret has no key, and one with a key no secret.
        assertRefused(signed(key.assertion("nightly")), 401, "invalid_client");
        assertRefused(basic("signer", "", form(ECHO)), 401, "invalid_client");
        Map<String, String> nothing = form(ECHO);
        nothing.put("client_id", "signer");
        assertRefused(oracle.post("/token", nothing), 401, "invalid_client");
    }

    @Test
    void takesOneWayOfAuthentication() {
        Map<String, String> form = form(ECHO);
        form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        form.put("client_assertion", key.assertion("signer"));
        assertRefused(basic("nightly", SECRET, form), 400, "invalid_request");
        form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer");
        assertRefused(oracle.post("/token", form), 400, "invalid_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "clients: {client_x: {}}",
                "clients: {x: {secret_file: /nonexistent}}",
                "clients: {x: {rotation: sometimes, redirect_uris: [https://a.example]}}",
                "clients: {x: {name: No redirect URI}}",
                "clients: {x: {redirect_uris: ['http://evil.example']}}",
                "clients: {x: {grant_types: [password], redirect_uris: [https://a.example]}}"
            })
    void refusesToStartWithAClientThatCannotWork(String file) {
        assertThatThrownBy(() -> RunningOracle.startWithFile(file + "\nservices: {echo: {upstream: x}}"))
                .hasMessageContaining("clients")
                .hasMessageContaining("gateway.yaml");
    }
}
