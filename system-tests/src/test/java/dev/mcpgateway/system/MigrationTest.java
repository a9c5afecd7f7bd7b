package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static dev.mcpgateway.system.Web.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.redis.testing.RedisServer;
import dev.mcpgateway.system.Client.Tokens;
import dev.mcpgateway.system.ServiceProcess.Program;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/guide/migrate.md: the gateway with what the reference stack left, its Redis, its {@code .env} and its backup.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
class MigrationTest {
    private final ReferenceStack reference = new ReferenceStack();

    private RedisServer redis;
    private Deployment deployment;
    private Web web;
    private JsonObject report;
    private Path acmeJson;

    @BeforeAll
    void moveOver(@TempDir Path folder) throws Exception {
        acmeJson = Files.writeString(
                Files.createDirectory(folder.resolve("certificates")).resolve("acme.json"), "{\"letsencrypt\": {}}");
        redis = RedisServer.start(folder.resolve("redis"));
        ReferenceStack.leaveKeysIn(redis);
        deployment = Deployment.start(folder, redis.url(), 1, reference.environment());
        web = new Web(deployment.certificates());
        report = importBackup();
    }

    @AfterAll
    void stop() {
        web.close();
        deployment.close();
        redis.close();
    }

    /** As {@code ops/gateway import} does. */
    private JsonObject importBackup() throws IOException, InterruptedException {
        try (HttpClient operator = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = operator.send(
                    HttpRequest.newBuilder(deployment.management().resolve("/admin/import"))
                            .header("Authorization", "Bearer " + deployment.adminToken())
                            .POST(BodyPublishers.ofString(
                                    ReferenceStack.backup().toString()))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return json(answer);
        }
    }

    private JsonObject server() {
        return json(web.get(URI.create(deployment.issuer() + "/.well-known/oauth-authorization-server")));
    }

    private Client migrated(String secret) {
        return new Client(web, deployment.echo(), server(), ReferenceStack.CLIENT_ID, secret);
    }

    @Test
    void saysWhatBecameOfTheBackup() {
        assertThat(report.getJsonObject("imported").getJsonObject("client").getInt("added"))
                .isEqualTo(1);
        assertThat(report.getInt("not_carried_over")).isEqualTo(2);
        assertThat(report.getJsonArray("left_out").getString(0)).startsWith(ReferenceStack.ODD_CLIENT_ID);
        assertThat(report.getString("next")).contains("sign in once more", ReferenceStack.ODD_CLIENT_ID);
    }

    @Test
    void aClientGoesOnWithItsIdAndSecretAfterItsUserSignsInOnceMore() {
        Client client = migrated(ReferenceStack.CLIENT_SECRET);
        HttpResponse<String> old = client.refresh(ReferenceStack.REFRESH_TOKEN);
        assertThat(old.statusCode()).isEqualTo(400);
        assertThat(json(old).getString("error")).isEqualTo("invalid_grant");

        Tokens tokens =
                tokens(client.refresh(client.signIn(new User("alice", web)).refresh()));

        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(200);
        assertThat(header(tokens.access())).contains("\"alg\":\"RS256\"");
    }

    @Test
    void aClientThatShowsNoSecretIsToldToRegisterAnew() {
        HttpResponse<String> answer = web.postForm(
                URI.create(server().getString("token_endpoint")),
                Map.of(
                        "grant_type", "refresh_token",
                        "refresh_token", ReferenceStack.REFRESH_TOKEN,
                        "client_id", ReferenceStack.CLIENT_ID));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(json(answer).getString("error")).isEqualTo("invalid_client");
    }

    @Test
    void theRegistrationTokenStaysGood() {
        HttpResponse<String> answer = web.send(HttpRequest.newBuilder(
                        URI.create(server().getString("registration_endpoint") + "/" + ReferenceStack.CLIENT_ID))
                .header("Authorization", "Bearer " + ReferenceStack.REGISTRATION_TOKEN));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).getString("client_name")).isEqualTo("Claude");
    }

    @Test
    void itsKeySignsOn() {
        JsonObject jwks = json(web.get(URI.create(server().getString("jwks_uri"))));

        assertThat(jwks.getJsonArray("keys").getValuesAs(JsonObject.class))
                .filteredOn(key -> key.getString("kty").equals("RSA"))
                .singleElement()
                .satisfies(key -> assertThat(key.getString("n")).isEqualTo(reference.modulus()));
    }

    /** What it left behind in Redis holds secrets in clear, and nothing here reads, changes or deletes it. */
    @Test
    void itsKeysInRedisStayUntouched() throws IOException {
        assertThat(redis.command("GET", "oauth:client:" + ReferenceStack.CLIENT_ID))
                .isNotEqualTo("$-1");
        assertThat(redis.command("EXISTS", "oauth:user_tokens:alice")).isEqualTo(":1");
    }

    @Test
    void theCertificatesOfTraefikStayWhereTheyAre() {
        assertThat(acmeJson).hasContent("{\"letsencrypt\": {}}");
    }

    @Test
    void saysWhichServiceAdmitsEverybody() {
        deployment.addText(
                "  open: {upstream: 'http://127.0.0.1:1', allow: ['*']}\n",
                () -> deployment.oracleLogs().contains("services; its settings"));

        assertThat(deployment.oracleLogs())
                .contains("the service open admits everybody who can sign in")
                .doesNotContain("the service echo admits everybody");
    }

    /** The start names them all, so that nobody has to try again and again. */
    @Test
    void namesWhatItCannotTakeFromAnEnvironment(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("gateway.yaml"), "services: {}\n");
        Map<String, String> environment = new HashMap<>(reference.environment());
        environment.putAll(Map.of(
                "BASE_DOMAIN", "example.com",
                "GATEWAY_CONFIG", folder.toString(),
                "VERIFY_SECRET", "0123456789012345678901234567890123456789",
                "STORAGE_URL", "jdbc:h2:file:" + folder.resolve("gateway"),
                "GITHUB_CLIENT_ID", "Iv1.system-test",
                "GITHUB_CLIENT_SECRET", "tell-nobody",
                "JWT_ALGORITHM", "HS256",
                "GATEWAY_JWT_SECRET", "short",
                "ACCESS_TOKEN_LIFETIME", "2592000"));

        try (ServiceProcess oracle = ServiceProcess.start(new Program(
                "oracle",
                Modules.oracle(),
                "dev.mcpgateway.oracle/dev.mcpgateway.oracle.OracleMain",
                List.of(),
                environment,
                URI.create("http://127.0.0.1:1/"),
                folder.resolve("oracle.log")))) {
            assertThat(oracle.awaitEnd()).isEqualTo(1);
            assertThat(oracle.log())
                    .contains("JWT_ALGORITHM=HS256 is not accepted")
                    .contains("GATEWAY_JWT_SECRET")
                    .contains("ACCESS_TOKEN_LIFETIME=2592000 is not accepted")
                    .doesNotContain("tell-nobody", "is not a setting");
        }
    }

    private static String header(String token) {
        return new String(
                Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))), StandardCharsets.UTF_8);
    }
}
