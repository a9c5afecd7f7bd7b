package dev.mcpgateway.oracle.token;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationEndpointTest {
    private final RunningOracle oracle = RunningOracle.start();
    private final String client = oracle.registerClient();

    @AfterEach
    void stop() {
        oracle.close();
    }

    private HttpResponse<String> revoke(String clientId, String token) {
        return oracle.post("/revoke", Map.of("client_id", clientId, "token", token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_token", "refresh_token"})
    void endsTheWholeGrantByEitherToken(String kind) {
        JsonObject tokens = oracle.connect(client, ECHO);

        HttpResponse<String> response = revoke(client, tokens.getString(kind));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(oracle.verify(ECHO, tokens.getString("access_token")).statusCode())
                .isEqualTo(401);
        assertThat(oracle.refresh(client, tokens.getString("refresh_token")).statusCode())
                .isEqualTo(400);
        assertThat(revoke(client, tokens.getString(kind)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "rt1.a.b.0.c.d", "a.b.c"})
    void hasNothingToDoForUnknownTokens(String token) {
        assertThat(revoke(client, token).statusCode()).isEqualTo(200);
    }

    @Test
    void leavesTheTokensOfAnotherClientAlone() {
        JsonObject tokens = oracle.connect(client, ECHO);

        HttpResponse<String> response = revoke(oracle.registerClient(), tokens.getString("refresh_token"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(RunningOracle.json(response).getString("error")).isEqualTo("invalid_grant");
        assertThat(oracle.verify(ECHO, tokens.getString("access_token")).statusCode())
                .isEqualTo(204);
    }

    @Test
    void asksWhoTheClientIs() {
        HttpResponse<String> response = revoke("stranger", "unknown");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(RunningOracle.json(response).getString("error")).isEqualTo("invalid_client");
    }

    @Test
    void needsAToken() {
        HttpResponse<String> response = oracle.post("/revoke", Map.of("client_id", client));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(RunningOracle.json(response).getString("error")).isEqualTo("invalid_request");
    }
}
