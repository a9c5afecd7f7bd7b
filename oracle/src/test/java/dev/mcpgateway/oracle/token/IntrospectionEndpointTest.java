package dev.mcpgateway.oracle.token;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static dev.mcpgateway.oracle.testing.RunningOracle.FILES;
import static dev.mcpgateway.oracle.testing.RunningOracle.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntrospectionEndpointTest {
    private static final String SECRET = "the-secret-of-the-mcp-server-echo-";

    private RunningOracle oracle;
    private String client;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("secret"), SECRET);
        oracle = RunningOracle.startWithFile("""
                services:
                  echo: {upstream: x, allow: ['*'], introspection: [echo-server]}
                  files: {upstream: x, allow: ['*']}
                clients:
                  echo-server:
                    secret_file: %s
                    grant_types: [client_credentials]
                """.formatted(folder.resolve("secret")));
        client = oracle.registerClient("its-own-secret");
    }

    @AfterEach
    void stop() {
        oracle.close();
    }

    private HttpResponse<String> introspect(String caller, String secret, String token) {
        return oracle.post("/introspect", Map.of("client_id", caller, "client_secret", secret, "token", token));
    }

    private JsonObject connect(String resource) {
        Map<String, String> form = new HashMap<>(RunningOracle.redemption(client, oracle.issueCode(client, resource)));
        form.put("client_secret", "its-own-secret");
        return json(oracle.post("/token", form));
    }

    private static void assertSaysNothing(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"active\":false}");
    }

    @Test
    void describesTheTokensOfAServiceToWhomItNames() {
        JsonObject tokens = connect(ECHO);

        HttpResponse<String> response = introspect("echo-server", SECRET, tokens.getString("access_token"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        JsonObject description = json(response);
        assertThat(description.getBoolean("active")).isTrue();
        assertThat(description.getString("iss")).isEqualTo("https://auth.example.com");
        assertThat(description.getString("sub")).isEqualTo("4711");
        assertThat(description.getString("username")).isEqualTo("alice");
        assertThat(description.getString("client_id")).isEqualTo(client);
        assertThat(description.getString("aud")).isEqualTo(ECHO);
        assertThat(description.getString("scope")).isEqualTo("mcp");
        assertThat(description.getString("token_type")).isEqualTo("Bearer");
        assertThat(description.getJsonNumber("exp").longValue())
                .isEqualTo(oracle.clock().instant().plus(Duration.ofHours(1)).getEpochSecond());
    }

    @Test
    void saysOfTokensForAnotherServiceThatTheyDoNotCount() {
        assertSaysNothing(introspect("echo-server", SECRET, connect(FILES).getString("access_token")));
        assertSaysNothing(introspect("echo-server", SECRET, connect(ECHO).getString("refresh_token")));
    }

    @Test
    void describesAClientsOwnTokensToIt() {
        JsonObject tokens = connect(FILES);

        assertThat(json(introspect(client, "its-own-secret", tokens.getString("access_token")))
                        .getBoolean("active"))
                .isTrue();
        JsonObject refresh = json(introspect(client, "its-own-secret", tokens.getString("refresh_token")));
        assertThat(refresh.getBoolean("active")).isTrue();
        assertThat(refresh.getString("scope")).isEqualTo("mcp");
        String another = oracle.registerClient("another-secret");
        assertSaysNothing(introspect(another, "another-secret", tokens.getString("access_token")));
        assertSaysNothing(introspect(another, "another-secret", tokens.getString("refresh_token")));
    }

    @Test
    void saysOfWhatIsOverThatItDoesNotCount() {
        String expired = connect(ECHO).getString("access_token");
        oracle.clock().advance(Duration.ofHours(2));
        JsonObject tokens = connect(ECHO);
        oracle.store().tokens().revokeUser("4711", oracle.clock().instant());

        assertSaysNothing(introspect("echo-server", SECRET, expired));
        assertSaysNothing(introspect("echo-server", SECRET, tokens.getString("access_token")));
        assertSaysNothing(introspect(client, "its-own-secret", tokens.getString("refresh_token")));
        assertSaysNothing(introspect("echo-server", SECRET, "nonsense"));
    }

    @Test
    void saysOfARefreshTokenThatWasUsedThatItDoesNotCount() {
        String first = connect(ECHO).getString("refresh_token");
        oracle.post(
                "/token",
                Map.of(
                        "grant_type",
                        "refresh_token",
                        "client_id",
                        client,
                        "client_secret",
                        "its-own-secret",
                        "refresh_token",
                        first));

        assertSaysNothing(introspect(client, "its-own-secret", first));
    }

    @Test
    void answersNobodyWhoCannotProveWhoTheyAre() {
        String token = connect(ECHO).getString("access_token");
        String open = oracle.registerClient();

        assertThat(oracle.post("/introspect", Map.of("client_id", open, "token", token))
                        .statusCode())
                .isEqualTo(401);
        assertThat(introspect("echo-server", "wrong", token).statusCode()).isEqualTo(401);
        assertThat(oracle.post("/introspect", Map.of("token", token)).statusCode())
                .isEqualTo(401);
    }
}
