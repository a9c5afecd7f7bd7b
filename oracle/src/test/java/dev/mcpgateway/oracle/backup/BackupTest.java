package dev.mcpgateway.oracle.backup;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static dev.mcpgateway.oracle.testing.RunningOracle.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.StoreProvider;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    private static final String ADMIN_TOKEN = "the-admin-token-of-these-tests";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private RunningOracle oracle;
    private Path file;
    private String clientId;
    private JsonObject tokens;

    @BeforeEach
    void start() throws IOException {
        Path token = Files.writeString(folder.resolve("admin-token"), ADMIN_TOKEN);
        oracle = RunningOracle.start(Map.of("ADMIN_TOKEN_FILE", token.toString()));
        file = folder.resolve("gateway.ndjson");
        clientId = oracle.registerClient();
        tokens = oracle.connect(clientId, ECHO);
        Instant now = oracle.clock().instant();
        oracle.store()
                .consents()
                .record(new Consent(
                        "4711", clientId, "client.example", ECHO, "mcp", now, now.plus(Duration.ofDays(90))));
    }

    @AfterEach
    void stop() {
        oracle.close();
    }

    private String otherUrl() {
        return "jdbc:h2:" + folder.resolve("other/store");
    }

    private int run(String url, String... arguments) {
        return new BackupCommand(
                        () -> StoreProvider.openAny(url, oracle.clock()),
                        "https://auth.example.com",
                        oracle.clock(),
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8))
                .run(List.of(arguments));
    }

    private String ownUrl() {
        return oracle.settings().storageUrl().reveal();
    }

    private void export() {
        assertThat(run(ownUrl(), "export", file.toString()))
                .as(err.toString(UTF_8))
                .isZero();
    }

    private HttpResponse<String> admin(String path, String method, byte[] body) {
        return oracle.send(oracle.managementRequest(path)
                .header("Authorization", "Bearer " + ADMIN_TOKEN)
                .method(method, BodyPublishers.ofByteArray(body)));
    }

    @Test
    void movesEverythingToAnotherStore() throws IOException {
        export();
        assertThat(run(otherUrl(), "import", file.toString()))
                .as(err.toString(UTF_8))
                .isZero();

        try (RunningOracle other = RunningOracle.start(Map.of("STORAGE_URL", otherUrl()))) {
            assertThat(other.verify(ECHO, tokens.getString("access_token")).statusCode())
                    .isEqualTo(204);
            assertThat(other.refresh(clientId, tokens.getString("refresh_token"))
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).noneMatch(name -> name.endsWith(".part"));
        }
        assertThat(out.toString(UTF_8)).contains("grant", "1 added", "GATEWAY_JWT_SECRET");
    }

    @Test
    void holdsNoSecretInClear() throws IOException {
        JsonObject confidential = json(oracle.send(oracle.request("/register")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"redirect_uris\":[\"" + RunningOracle.REDIRECT_URI + "\"]}"))));
        String unused = oracle.issueCode(clientId, ECHO);
        export();

        assertThat(Files.readString(file))
                .contains(clientId, confidential.getString("client_id"))
                .doesNotContain(
                        confidential.getString("client_secret"),
                        unused,
                        tokens.getString("access_token"),
                        tokens.getString("refresh_token"),
                        RunningOracle.GATEWAY_SECRET);
    }

    @Test
    void importsTheSameTwiceWithoutHarm() {
        export();
        run(otherUrl(), "import", file.toString());
        out.reset();

        assertThat(run(otherUrl(), "import", "--json", file.toString())).isZero();

        JsonObject imported = Json.createReader(new java.io.StringReader(out.toString(UTF_8)))
                .readObject()
                .getJsonObject("imported");
        assertThat(imported.getJsonObject("grant").getInt("added")).isZero();
        assertThat(imported.getJsonObject("grant").getInt("present")).isOne();
    }

    @Test
    void doesNotBringBackWhatWasRevokedMeanwhile() {
        export();
        oracle.store().tokens().revokeUser("4711", oracle.clock().instant());

        assertThat(run(ownUrl(), "import", "--replace", file.toString())).isZero();

        assertThat(out.toString(UTF_8))
                .containsPattern("grant +0 added, 0 there already, 1 ended \\(expired or revoked\\)");
        assertThat(out.toString(UTF_8)).containsPattern("consent +0 added, 0 there already, 1 ended");
        assertThat(oracle.verify(ECHO, tokens.getString("access_token")).statusCode())
                .isEqualTo(401);
        assertThat(oracle.store().clients().find(clientId)).isPresent();
    }

    @Test
    void tellsAnotherStoreWhatWasRevoked() throws IOException {
        export();
        Path later = folder.resolve("later.ndjson");
        oracle.store().tokens().revokeUser("4711", oracle.clock().instant());
        oracle.store().consents().forgetUser("4711");
        run(ownUrl(), "export", later.toString());
        run(otherUrl(), "import", later.toString());
        oracle.clock().advance(Duration.ofDays(2));
        out.reset();

        run(otherUrl(), "import", "--json", file.toString());

        long upTo = oracle.clock().instant().minus(Duration.ofDays(2)).toEpochMilli();
        assertThat(Files.readString(later))
                .contains("{\"kind\":\"revoked_user\",\"id\":\"4711\",\"up_to\":%d,\"expires_at\":%d}"
                        .formatted(upTo, upTo + Grant.LONGEST_LIFETIME.toMillis()))
                .contains("{\"kind\":\"forgotten_consents\",\"id\":\"4711\",\"up_to\":%d,\"expires_at\":%d}"
                        .formatted(upTo, upTo + Grant.LONGEST_LIFETIME.toMillis()));
        assertThat(out.toString(UTF_8))
                .contains("\"grant\":{\"added\":0,\"present\":0,\"ended\":1}")
                .contains("\"consent\":{\"added\":0,\"present\":0,\"ended\":1}");
    }

    @Test
    void overwritesNothingUnlessItIsTold() throws IOException {
        Files.writeString(file, "precious");

        assertThat(run(ownUrl(), "export", file.toString())).isOne();
        assertThat(err.toString(UTF_8)).contains("is there already", "--force");
        assertThat(file).hasContent("precious");

        assertThat(run(ownUrl(), "export", "--force", file.toString())).isZero();
        assertThat(Files.readString(file)).startsWith("{\"format\":\"mcp-gateway-backup\",\"version\":1,");
    }

    private void assertRefused(UnaryOperator<List<String>> change, String reason) throws IOException {
        export();
        List<String> lines = change.apply(new ArrayList<>(Files.readAllLines(file)));
        Files.writeString(file, String.join("\n", lines) + "\n");

        assertThat(run(otherUrl(), "import", "--replace", file.toString())).isOne();

        assertThat(err.toString(UTF_8)).contains(reason).doesNotContain("\tat ");
        try (var store = StoreProvider.openAny(otherUrl(), oracle.clock())) {
            assertThat(store.clients().list(null, 1).items()).isEmpty();
        }
    }

    @Test
    void refusesAFileThatWasCutOff() throws IOException {
        assertRefused(lines -> lines.subList(0, lines.size() - 1), "cut off");
    }

    @Test
    void refusesAFileThatWasCutOffWithinALine() throws IOException {
        export();
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, whole.length() - 20));

        assertThat(run(otherUrl(), "import", file.toString())).isOne();
        assertThat(err.toString(UTF_8)).contains("cut off in line");
    }

    @Test
    void refusesAFileThatWasChanged() throws IOException {
        assertRefused(
                lines -> {
                    lines.replaceAll(line -> line.replace("\"user_name\":\"alice\"", "\"user_name\":\"mallory\""));
                    return lines;
                },
                "checksum");
    }

    @Test
    void refusesAFileWithMoreBehindItsEnd() throws IOException {
        assertRefused(
                lines -> {
                    lines.add("{}");
                    return lines;
                },
                "checksum");
    }

    @Test
    void refusesAnotherVersion() throws IOException {
        assertRefused(
                lines -> {
                    lines.set(0, lines.getFirst().replace("\"version\":1", "\"version\":2"));
                    return lines;
                },
                "version 2");
    }

    @Test
    void namesTheLineThatIsNotUnderstood() throws IOException {
        assertRefused(
                lines -> {
                    lines.set(1, "{\"kind\":\"client\"}");
                    return lines;
                },
                "line 2");
    }

    @Test
    void refusesWhatIsNoBackupAtAll() throws IOException {
        Files.writeString(file, "not a backup");

        assertThat(run(otherUrl(), "import", file.toString())).isOne();
        assertThat(run(otherUrl(), "import", folder.resolve("nowhere").toString()))
                .isOne();
        assertThat(err.toString(UTF_8)).contains("neither a backup of this gateway", "is not a file that can be read");
    }

    @Test
    void saysHowItIsUsed() {
        assertThat(run(ownUrl(), "import")).isEqualTo(2);
        assertThat(run(ownUrl(), "export", "--merge", "x")).isEqualTo(2);
        assertThat(run(ownUrl(), "import", "--merge", "--replace", "x")).isEqualTo(2);
        assertThat(run(ownUrl(), "export", "a", "b")).isEqualTo(2);
        assertThat(run(ownUrl(), "export", "--help")).isZero();
        assertThat(out.toString(UTF_8)).startsWith("Usage: export");
    }

    @Test
    void worksThroughTheManagementListener() {
        byte[] backup = admin("/admin/export", "GET", new byte[0]).body().getBytes(UTF_8);
        oracle.store().archive().clear();
        assertThat(oracle.verify(ECHO, tokens.getString("access_token")).statusCode())
                .isEqualTo(401);

        HttpResponse<String> answer = admin("/admin/import?mode=merge", "POST", backup);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).getJsonObject("imported").getJsonObject("grant").getInt("added"))
                .isOne();
        assertThat(oracle.verify(ECHO, tokens.getString("access_token")).statusCode())
                .isEqualTo(204);
    }

    @Test
    void refusesABadBackupThroughTheManagementListener() {
        HttpResponse<String> answer = admin("/admin/import", "POST", "{}".getBytes(UTF_8));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).getString("error_description")).startsWith("the file is neither a backup");
    }

    @Test
    void isForThoseAloneWhoHoldTheToken() {
        assertThat(oracle.send(oracle.managementRequest("/admin/export")).statusCode())
                .isEqualTo(401);
        assertThat(oracle.send(oracle.request("/admin/export")).statusCode()).isEqualTo(404);
    }
}
