package dev.mcpgateway.oracle.admin;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static dev.mcpgateway.oracle.testing.RunningOracle.FILES;
import static dev.mcpgateway.oracle.testing.RunningOracle.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagementTest {
    private static final String TOKEN = "the-admin-token-of-these-tests";

    @TempDir
    private Path folder;

    private RunningOracle oracle = RunningOracle.start();

    @BeforeEach
    void start() throws IOException {
        oracle.close();
        Path file = Files.writeString(folder.resolve("admin-token"), TOKEN + "\n");
        oracle = RunningOracle.start(Map.of("ADMIN_TOKEN_FILE", file.toString()));
    }

    @AfterEach
    void stop() {
        oracle.close();
    }

    private JsonObject get(String path) {
        HttpResponse<String> response =
                oracle.send(oracle.managementRequest(path).header("Authorization", "Bearer " + TOKEN));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    @Test
    void listsClientsInPages() {
        oracle.registerClient();
        oracle.registerClient("secret");

        JsonObject first = get("/admin/clients?limit=1");
        JsonObject second = get("/admin/clients?limit=1&after=" + first.getString("next"));

        assertThat(first.getJsonArray("clients")).hasSize(1);
        assertThat(second.getJsonArray("clients")).hasSize(1);
        assertThat(second).doesNotContainKey("next");
        assertThat(first.toString() + second)
                .contains("\"client_name\":\"test\"")
                .doesNotContain("secret_hash");
    }

    @Test
    void listsGrantsByUserAndClient() {
        String client = oracle.registerClient();
        oracle.connect(client, ECHO);
        oracle.connect(oracle.registerClient(), FILES);

        assertThat(get("/admin/grants").getJsonArray("grants")).hasSize(2);
        assertThat(get("/admin/grants?user=4711").getJsonArray("grants")).hasSize(2);
        assertThat(get("/admin/grants?user=4712").getJsonArray("grants")).isEmpty();
        assertThat(get("/admin/grants?client=" + client).getJsonArray("grants")).hasSize(1);
        assertThat(get("/admin/grants?user=4711&client=" + client)
                        .getJsonArray("grants")
                        .getJsonObject(0)
                        .getString("resource"))
                .isEqualTo(ECHO);
    }

    @Test
    void refusesALimitThatIsNone() {
        HttpResponse<String> response = oracle.send(
                oracle.managementRequest("/admin/grants?limit=0").header("Authorization", "Bearer " + TOKEN));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("a whole number from 1 to 1000");
    }

    @Test
    void revokesEverythingOfAUser() {
        JsonObject tokens = oracle.connect(oracle.registerClient(), ECHO);

        HttpResponse<String> response = oracle.send(oracle.managementRequest("/admin/users/4711/revoke")
                .header("Authorization", "Bearer " + TOKEN)
                .POST(BodyPublishers.noBody()));

        assertThat(json(response).getInt("revoked_grants")).isEqualTo(1);
        assertThat(oracle.verify(ECHO, tokens.getString("access_token")).statusCode())
                .isEqualTo(401);
    }

    @Test
    void understandsEncodedUserIds() {
        HttpResponse<String> response = oracle.send(oracle.managementRequest("/admin/users/local%3Aalice/revoke")
                .header("Authorization", "Bearer " + TOKEN)
                .POST(BodyPublishers.noBody()));

        assertThat(json(response).getString("user")).isEqualTo("local:alice");
    }

    @Test
    void showsTheSettingsInForceWithoutSecrets() {
        JsonObject config = get("/admin/config");

        assertThat(config.getString("ACCESS_TOKEN_LIFETIME")).isEqualTo("3600s");
        assertThat(config.getString("VERIFY_SECRET")).isEqualTo("[redacted]");
        assertThat(config.toString())
                .doesNotContain(RunningOracle.VERIFY_SECRET)
                .doesNotContain(RunningOracle.GATEWAY_SECRET);
    }

    @Test
    void refusesWhoDoesNotHoldTheToken() {
        for (String credentials : new String[] {"Bearer wrong", "Basic " + TOKEN, TOKEN, "Bearer "}) {
            HttpResponse<String> response =
                    oracle.send(oracle.managementRequest("/admin/clients").header("Authorization", credentials));
            assertThat(response.statusCode()).isEqualTo(401);
        }
        assertThat(oracle.send(oracle.managementRequest("/admin/clients")).statusCode())
                .isEqualTo(401);
        assertThat(oracle.send(oracle.managementRequest("/admin%2Fclients")).statusCode())
                .isGreaterThanOrEqualTo(400);
        assertThat(oracle.send(oracle.managementRequest("/x/../admin/clients")).statusCode())
                .isGreaterThanOrEqualTo(400);
        assertThat(oracle.send(oracle.managementRequest("//admin/clients")).statusCode())
                .isGreaterThanOrEqualTo(400);
    }

    @Test
    void refusesEverybodyWhereThereIsNoToken() throws IOException {
        Files.delete(folder.resolve("admin-token"));

        HttpResponse<String> response =
                oracle.send(oracle.managementRequest("/admin/clients").header("Authorization", "Bearer " + TOKEN));

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("set ADMIN_TOKEN_FILE");
    }

    @Test
    void isNotOnThePublicListener() {
        assertThat(oracle.send(oracle.request("/admin/clients").header("Authorization", "Bearer " + TOKEN))
                        .statusCode())
                .isEqualTo(404);
        assertThat(oracle.send(oracle.managementRequest("/token")).statusCode()).isEqualTo(404);
    }

    @Test
    void reportsHealth() {
        assertThat(oracle.send(oracle.request("/health")).body()).isEqualTo("{\"status\":\"healthy\"}");
        assertThat(oracle.send(oracle.managementRequest("/health/ready")).statusCode())
                .isEqualTo(200);

        oracle.store().close();

        HttpResponse<String> unhealthy = oracle.send(oracle.request("/health"));
        assertThat(unhealthy.statusCode()).isEqualTo(503);
        assertThat(unhealthy.body()).contains("the store does not answer");
        assertThat(oracle.send(oracle.managementRequest("/health/ready")).statusCode())
                .isEqualTo(503);
        assertThat(oracle.send(oracle.managementRequest("/health/live")).statusCode())
                .isEqualTo(200);
    }
}
