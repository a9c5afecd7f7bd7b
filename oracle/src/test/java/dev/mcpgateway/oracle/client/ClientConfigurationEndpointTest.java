package dev.mcpgateway.oracle.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class ClientConfigurationEndpointTest {
    private static final String PUBLIC =
            "{\"redirect_uris\":[\"" + RunningOracle.REDIRECT_URI + "\"],\"token_endpoint_auth_method\":\"none\"}";
    private static final String CONFIDENTIAL = "{\"redirect_uris\":[\"" + RunningOracle.REDIRECT_URI + "\"]}";

    private final RunningOracle oracle = RunningOracle.start();

    @AfterAll
    void stop() {
        oracle.close();
    }

    private JsonObject register(String metadata) {
        return RunningOracle.json(post(oracle, metadata, null));
    }

    private static HttpResponse<String> post(RunningOracle oracle, String metadata, @Nullable String token) {
        var request = oracle.request("/register").header("Content-Type", "application/json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return oracle.send(request.POST(BodyPublishers.ofString(metadata)));
    }

    private HttpResponse<String> send(String method, JsonObject client, String token, String body) {
        String path = URI.create(client.getString("registration_client_uri")).getPath();
        return oracle.send(oracle.request(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body)));
    }

    private static String token(JsonObject client) {
        return client.getString("registration_access_token");
    }

    private static String withId(JsonObject client, String members) {
        return "{\"client_id\":\"" + client.getString("client_id") + "\"," + members + "}";
    }

    @Test
    void readsWhatWasRegisteredWithoutItsSecret() {
        JsonObject client = register(CONFIDENTIAL);

        HttpResponse<String> response = send("GET", client, token(client), "");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        JsonObject read = RunningOracle.json(response);
        assertThat(read).doesNotContainKey("client_secret");
        client.forEach((name, value) -> {
            if (!name.equals("client_secret")) {
                assertThat(read.get(name)).as(name).isEqualTo(value);
            }
        });
    }

    @Test
    void replacesAllMetadata() {
        JsonObject client =
                register(CONFIDENTIAL.replace("}", ",\"client_name\":\"Old\",\"tos_uri\":\"https://a.example\"}"));

        HttpResponse<String> response = send(
                "PUT",
                client,
                token(client),
                withId(client, "\"client_name\":\"New\",\"redirect_uris\":[\"https://new.example/cb\"]"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonObject replaced = RunningOracle.json(response);
        assertThat(replaced.getString("client_name")).isEqualTo("New");
        assertThat(replaced.getJsonArray("redirect_uris").getString(0)).isEqualTo("https://new.example/cb");
        assertThat(replaced).doesNotContainKeys("tos_uri", "client_secret");
        var kept = oracle.store().clients().find(client.getString("client_id")).orElseThrow();
        assertThat(kept.metadata()).contains("https://new.example/cb").doesNotContain("127.0.0.1");
        assertThat(kept.secretHash()).isEqualTo(SecureTokens.hash(client.getString("client_secret")));
    }

    @Test
    void givesASecretToAClientThatBecomesConfidentialAndForgetsThatOfOneThatBecomesPublic() {
        JsonObject client = register(PUBLIC);
        String metadata = "\"redirect_uris\":[\"https://a.example/cb\"],\"token_endpoint_auth_method\":";

        JsonObject confidential = RunningOracle.json(
                send("PUT", client, token(client), withId(client, metadata + "\"client_secret_post\"")));
        assertThat(confidential.getString("client_secret")).hasSizeGreaterThan(32);
        send("PUT", client, token(client), withId(client, metadata + "\"none\""));
        assertThat(oracle.store()
                        .clients()
                        .find(client.getString("client_id"))
                        .orElseThrow()
                        .secretHash())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"client_id\":\"another\",\"redirect_uris\":[\"https://a.example\"] | client_id must be there",
                "\"redirect_uris\":[\"https://a.example\"] | client_id must be there",
                "ID,\"client_secret\":\"chosen\",\"redirect_uris\":[\"https://a.example\"] | client_secret cannot be chosen",
                "ID,\"redirect_uris\":[\"http://evil.example\"] | accepted are https URLs",
                "ID,\"redirect_uris\":[\"https://a.example\"],\"grant_types\":[\"password\"] | grant_types must contain"
            })
    void refusesAReplacementThatIsWrongAndKeepsWhatWas(String members, String why) {
        JsonObject client = register(CONFIDENTIAL);
        String id = "\"client_id\":\"" + client.getString("client_id") + "\"";

        HttpResponse<String> response = send("PUT", client, token(client), "{" + members.replace("ID", id) + "}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(why);
        assertThat(oracle.store()
                        .clients()
                        .find(client.getString("client_id"))
                        .orElseThrow()
                        .metadata())
                .contains(RunningOracle.REDIRECT_URI);
    }

    @Test
    void endsTheGrantsOfAClientThatDeletesItself() {
        JsonObject client = register(PUBLIC);
        String id = client.getString("client_id");
        String accessToken = oracle.connect(id, RunningOracle.ECHO).getString("access_token");

        HttpResponse<String> response = send("DELETE", client, token(client), "");

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(oracle.store().clients().find(id)).isEmpty();
        assertThat(oracle.verify(RunningOracle.ECHO, accessToken).statusCode()).isEqualTo(401);
        assertThat(send("GET", client, token(client), "").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE"})
    void refusesTheTokenOfAnotherClient(String method) {
        JsonObject client = register(PUBLIC);
        JsonObject another = register(PUBLIC);
        String body = withId(client, "\"redirect_uris\":[\"https://evil.example/cb\"]");

        HttpResponse<String> response = send(method, client, token(another), body);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer error=\"invalid_token\"");
        assertThat(oracle.store().clients().find(client.getString("client_id")))
                .hasValueSatisfying(kept -> assertThat(kept.metadata()).doesNotContain("evil"));
    }

    @Test
    void saysTheSameOfAClientThatIsUnknownAndOfAWrongToken() {
        JsonObject client = register(PUBLIC);
        HttpResponse<String> unknown =
                oracle.send(oracle.request("/register/client_unknown").header("Authorization", "Bearer reg-x"));
        HttpResponse<String> wrong = send("GET", client, "reg-x", "");

        assertThat(unknown.statusCode()).isEqualTo(wrong.statusCode()).isEqualTo(401);
        assertThat(RunningOracle.json(unknown).getString("error_description"))
                .isEqualTo(RunningOracle.json(wrong).getString("error_description"));
        // A client that was registered without such a token has none that could be guessed.
        String id = oracle.registerClient();
        assertThat(oracle.send(oracle.request("/register/" + id).header("Authorization", "Bearer "))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void registersOnlyWithTheInitialTokenWhereOneIsNeeded() {
        String initial = "an-initial-access-token-of-32-chars";
        try (RunningOracle guarded =
                RunningOracle.start(Map.of("REGISTRATION", "token", "REGISTRATION_TOKEN", initial))) {
            assertThat(post(guarded, PUBLIC, null).statusCode()).isEqualTo(401);
            assertThat(post(guarded, PUBLIC, initial + "x").body()).contains("initial access token");
            assertThat(post(guarded, PUBLIC, initial).statusCode()).isEqualTo(201);
        }
        assertThatThrownBy(() -> RunningOracle.settings(Map.of("REGISTRATION", "token"), "*"))
                .hasMessageContaining("REGISTRATION=token needs REGISTRATION_TOKEN");
    }

    @Test
    void offersNoRegistrationWhereItIsOff() {
        try (RunningOracle closed = RunningOracle.start(Map.of("REGISTRATION", "off"))) {
            assertThat(post(closed, PUBLIC, null).statusCode()).isEqualTo(404);
            assertThat(RunningOracle.json(closed.send(closed.request("/.well-known/oauth-authorization-server"))))
                    .containsKey("token_endpoint")
                    .doesNotContainKey("registration_endpoint");
        }
    }
}
