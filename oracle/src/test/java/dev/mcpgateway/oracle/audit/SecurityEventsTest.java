package dev.mcpgateway.oracle.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecurityEventsTest {
    private static List<JsonObject> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> Json.createReader(new StringReader(line)).readObject())
                .toList();
    }

    private static List<String> names(Path file) throws IOException {
        return lines(file).stream().map(line -> line.getString("event")).toList();
    }

    @Test
    void tellsTheStoryOfAConnectionLineByLineWithoutASecret(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("audit.jsonl");
        try (RunningOracle oracle = RunningOracle.start(Map.of("AUDIT_FILE", file.toString()))) {
            String client = oracle.registerClient();
            Browser browser = new Browser(oracle);
            browser.decide(browser.authorize(Browser.request(client)), "deny");
            String state = browser.allow(Browser.request(client));
            String code = Browser.query(Browser.location(browser.get("/callback?state=" + state)))
                    .required("code");
            JsonObject tokens = RunningOracle.json(oracle.redeem(client, code));
            String refresh = tokens.getString("refresh_token");
            JsonObject next = RunningOracle.json(oracle.refresh(client, refresh));
            oracle.post("/revoke", Map.of("client_id", client, "token", next.getString("refresh_token")));

            assertThat(names(file))
                    .containsExactly(
                            "consent.denied",
                            "login.succeeded",
                            "consent.given",
                            "token.issued",
                            "token.refreshed",
                            "token.revoked");
            assertThat(lines(file)).allMatch(line -> line.getString("client").equals(client));
            assertThat(lines(file)).allMatch(line -> line.getString("at").equals("2026-11-01T12:00:00Z"));
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Files.readString(file))
                    .doesNotContain(
                            code,
                            state,
                            refresh,
                            tokens.getString("access_token"),
                            next.getString("refresh_token"),
                            next.getString("access_token"),
                            browser.cookie());
            assertThat(oracle.store().audit().latest(1).getFirst().name()).isEqualTo("token.revoked");
        }
    }

    @Test
    void writesOnWhereTheFileWasMovedAwayAndDoesWithoutIt(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("audit.jsonl");
        try (RunningOracle oracle = RunningOracle.start(Map.of("AUDIT_FILE", file.toString()))) {
            oracle.connect(oracle.registerClient(), RunningOracle.ECHO);
            Files.move(file, folder.resolve("yesterday.jsonl"));
            oracle.connect(oracle.registerClient(), RunningOracle.ECHO);
            assertThat(names(file)).containsExactly("token.issued");

            Files.delete(file);
            Files.createDirectory(file);
            assertThat(oracle.connect(oracle.registerClient(), RunningOracle.ECHO))
                    .containsKey("access_token");
        }
    }

    @Test
    void cannotBeMadeToSayAnythingElse() {
        var event = new dev.mcpgateway.storage.AuditStore.AuditEvent(
                java.time.Instant.EPOCH, "token.issued", Map.of("user", "a\"\n{\"event\":\"forged\"}"));

        assertThat(SecurityEvents.toJson(event).toString()).doesNotContain("\n").contains("a\\\"\\n");
    }
}
