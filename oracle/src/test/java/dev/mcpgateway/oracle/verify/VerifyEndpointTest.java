package dev.mcpgateway.oracle.verify;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyEndpointTest {
    private final RunningOracle oracle = RunningOracle.start();

    @AfterEach
    void stop() {
        oracle.close();
    }

    @Test
    void namesUserClientAndScope() {
        String client = oracle.registerClient();
        JsonObject tokens = oracle.connect(client, ECHO);

        HttpResponse<String> response = oracle.verify(ECHO, tokens.getString("access_token"));

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.headers().allValues("X-User-Id")).containsExactly("4711");
        assertThat(response.headers().allValues("X-User-Name")).containsExactly("alice");
        assertThat(response.headers().allValues("X-Client-Id")).containsExactly(client);
        assertThat(response.headers().allValues("X-Scope")).containsExactly("mcp");
        assertThat(response.headers().firstValueAsLong("Gateway-Expires"))
                .hasValue(Instant.parse("2026-11-01T13:00:00Z").getEpochSecond());
    }

    @Test
    void challengesWithTheMetadataOfTheServiceAsked() {
        HttpResponse<String> response = oracle.send(oracle.question(URI.create(ECHO)));

        assertThat(response.headers().allValues("WWW-Authenticate"))
                .containsExactly(
                        "Bearer resource_metadata=\"https://echo.example.com/.well-known/oauth-protected-resource/mcp\", scope=\"mcp\"");
        assertThat(RunningOracle.json(response).getString("error_description"))
                .isEqualTo("an access token for https://echo.example.com/mcp is needed");
    }

    @Test
    void saysWhatIsWrongWithAToken() {
        HttpResponse<String> response = oracle.verify(ECHO, "x");

        assertThat(response.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(value -> assertThat(value)
                        .startsWith(
                                "Bearer error=\"invalid_token\", error_description=\"the access token is malformed\""));
        assertThat(RunningOracle.json(response).getString("error")).isEqualTo("invalid_token");
    }

    @Test
    void refusesAUserWhoIsNotAdmittedAnyMore() {
        String token = oracle.connect(oracle.registerClient(), ECHO).getString("access_token");

        try (RunningOracle stricter = oracle.sibling("github:bob")) {
            HttpResponse<String> response = stricter.verify(ECHO, token);

            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.body()).contains("you may not use this service any more");
        }
    }

    @Test
    void neverTakesARefreshTokenForAnAccessToken() {
        String token = oracle.connect(oracle.registerClient(), ECHO).getString("refresh_token");

        assertThat(oracle.verify(ECHO, token).statusCode()).isEqualTo(401);
    }

    @Test
    void showsBrowsersAPage() {
        HttpResponse<String> response = oracle.send(oracle.question(URI.create(ECHO))
                .header("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(response.body()).contains("Add its address, https://echo.example.com/mcp, to your MCP client");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json, text/event-stream", "text/html, application/json", "*/*"})
    void answersProgramsInJson(String accept) {
        HttpResponse<String> response =
                oracle.send(oracle.question(URI.create(ECHO)).header("Accept", accept));

        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    }
}
