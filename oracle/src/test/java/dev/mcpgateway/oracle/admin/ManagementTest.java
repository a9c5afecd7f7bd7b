package dev.mcpgateway.oracle.admin;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static dev.mcpgateway.oracle.testing.RunningOracle.FILES;
import static dev.mcpgateway.oracle.testing.RunningOracle.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private JsonObject post(String path, String form) {
        HttpResponse<String> response = oracle.send(oracle.managementRequest(path)
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
        return json(response);
    }

    @Test
    void endsTheGrantOfATokenOrOfItsId() {
        String client = oracle.registerClient();
        for (String which : List.of("access_token", "refresh_token", "jti", "grant_id")) {
            JsonObject tokens = oracle.connect(client, ECHO);
            String access = tokens.getString("access_token");
            String payload =
                    new String(Base64.getUrlDecoder().decode(access.split("\\.", -1)[1]), StandardCharsets.UTF_8);
            String id =
                    Json.createReader(new StringReader(payload)).readObject().getString("jti");
            String given = switch (which) {
                case "jti" -> id;
                case "grant_id" -> id.substring(0, id.indexOf('.'));
                default -> tokens.getString(which);
            };

            JsonObject answer = post("/admin/grants/revoke", "token=" + given);

            assertThat(answer.getString("client_id")).as(which).isEqualTo(client);
            assertThat(oracle.verify(ECHO, access).statusCode()).as(which).isEqualTo(401);
        }
    }

    @Test
    void explainsWhetherATokenIsLive() {
        String client = oracle.registerClient();
        JsonObject tokens = oracle.connect(client, ECHO);
        String access = tokens.getString("access_token");

        JsonObject live = post("/admin/tokens/explain", "token=" + access);
        JsonObject refresh = post("/admin/tokens/explain", "token=" + tokens.getString("refresh_token"));
        post("/admin/clients/" + client + "/revoke", "");
        JsonObject revoked = post("/admin/tokens/explain", "token=" + access);

        assertThat(live.getBoolean("live")).isTrue();
        assertThat(live.getString("kind")).isEqualTo("access");
        assertThat(live.getJsonObject("grant").getString("client_id")).isEqualTo(client);
        assertThat(refresh.getString("kind")).isEqualTo("refresh");
        assertThat(refresh.getBoolean("live")).isTrue();
        assertThat(revoked.getBoolean("live")).isFalse();
        assertThat(revoked.getString("reason")).contains("revoked");
        assertThat(live.toString() + refresh + revoked)
                .doesNotContain(access)
                .doesNotContain(tokens.getString("refresh_token"));
    }

    @Test
    void explainsWhyATokenIsRefused() {
        String access = oracle.connect(oracle.registerClient(), ECHO).getString("access_token");
        oracle.clock().advance(Duration.ofDays(1));

        JsonObject expired = post("/admin/tokens/explain", "token=" + access);
        JsonObject foreign = post("/admin/tokens/explain", "token=a.b.c");

        assertThat(expired.getString("reason")).isEqualTo("the access token has expired");
        assertThat(foreign.getBoolean("live")).isFalse();
        assertThat(foreign.getString("reason")).isEqualTo("the access token is malformed");
    }

    @Test
    void saysThatNoGrantBelongsToATokenOfNobody() {
        assertThat(post("/admin/grants/revoke", "token=unknown").getString("error_description"))
                .contains("no live grant belongs to this");
    }

    @Test
    void endsTheGrantsOfAClientAndForgetsIt() {
        String client = oracle.registerClient();
        JsonObject tokens = oracle.connect(client, ECHO);

        assertThat(post("/admin/clients/" + client + "/revoke", "").getInt("revoked_grants"))
                .isEqualTo(1);
        assertThat(oracle.verify(ECHO, tokens.getString("access_token")).statusCode())
                .isEqualTo(401);
        HttpResponse<String> deletion = oracle.send(oracle.managementRequest("/admin/clients/" + client)
                .header("Authorization", "Bearer " + TOKEN)
                .DELETE());

        assertThat(json(deletion).getBoolean("deleted")).isTrue();
        assertThat(oracle.refresh(client, tokens.getString("refresh_token")).statusCode())
                .isEqualTo(401);
    }

    @Test
    void rotatesTheSigningKeyWithoutRefusingAToken() {
        try (RunningOracle other = oracle.sibling("*")) {
            String client = oracle.registerClient();
            List<String> tokens = new ArrayList<>();
            Set<String> keyIds = new HashSet<>();
            for (int rotation = 0; rotation < 3; rotation++) {
                assertThat(post("/admin/keys/rotate", "")
                                .getJsonArray("keys")
                                .getJsonObject(rotation + 1)
                                .getString("state"))
                        .isEqualTo("next");
                for (int minutes = 0; minutes < 70; minutes += 10) {
                    String token = oracle.connect(client, ECHO).getString("access_token");
                    tokens.add(token);
                    keyIds.add(token.substring(0, token.indexOf('.')));
                    assertThat(tokens.subList(Math.max(0, tokens.size() - 6), tokens.size()))
                            .allSatisfy(each -> {
                                assertThat(oracle.verify(ECHO, each).statusCode())
                                        .isEqualTo(204);
                                assertThat(other.verify(ECHO, each).statusCode())
                                        .isEqualTo(204);
                            });
                    oracle.clock().advance(Duration.ofMinutes(10));
                }
            }

            assertThat(keyIds).hasSizeGreaterThan(2);
        }
    }

    @Test
    void makesNoSecondNextKey() {
        post("/admin/keys/rotate", "");

        assertThat(post("/admin/keys/rotate", "").getString("error_description"))
                .contains("a next key is there already");
    }

    @Test
    void refusesTheTokensOfAWithdrawnKeyAtOnce() {
        String client = oracle.registerClient();
        String before = oracle.connect(client, ECHO).getString("access_token");
        String keyId = get("/admin/keys").getJsonArray("keys").getJsonObject(0).getString("kid");

        JsonObject left = post("/admin/keys/" + keyId + "/withdraw", "");

        assertThat(left.getJsonArray("keys")).hasSize(1);
        assertThat(left.toString()).doesNotContain(keyId);
        assertThat(oracle.verify(ECHO, before).statusCode()).isEqualTo(401);
        assertThat(oracle.verify(ECHO, oracle.connect(client, ECHO).getString("access_token"))
                        .statusCode())
                .isEqualTo(204);
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
    void tellsWhatTheStoreKeepsAndByHowManyRulesPeopleAreAdmitted() {
        assertThat(get("/admin/store").getJsonObject("durability").getString("file"))
                .isEqualTo("none");
        assertThat(get("/admin/config")
                        .getJsonArray("services")
                        .getJsonObject(0)
                        .getInt("allow_rules"))
                .isOne();
    }

    @Test
    void revokesAgainWhatAnAuditFileSays() {
        String client = oracle.registerClient();
        String token = oracle.connect(client, ECHO).getString("access_token");
        String since = oracle.clock().instant().toString();

        JsonObject report = post(
                "/admin/revocations/replay?since=" + since,
                "{\"at\":\"%s\",\"event\":\"client.revoked\",\"client\":\"%s\"}\n".formatted(since, client));

        assertThat(report.getJsonObject("applied").getInt("clients")).isOne();
        assertThat(oracle.verify(ECHO, token).statusCode()).isEqualTo(401);
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
