package dev.mcpgateway.doctor.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.doctor.check.Check;
import dev.mcpgateway.doctor.check.Examination;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.report.Level;
import dev.mcpgateway.doctor.web.Resolver;
import dev.mcpgateway.doctor.web.Trust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalChecksTest {
    private static final URI ECHO = URI.create("https://echo.invalid/mcp");
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final String CONFIG = """
            {"ISSUER":"https://auth.invalid","STORAGE_URL":"jdbc:h2:/data/gateway","REFRESH_ROTATION":"grace",
             "services":[{"name":"echo","resource":"https://echo.invalid/mcp","open_to_everybody":false}]}""";

    private final Map<String, String> answers = new HashMap<>();
    private HttpServer server;
    private Management management;

    @BeforeEach
    void start(@TempDir Path data) throws IOException {
        answers.put("/health/ready", "{}");
        answers.put("/admin/config", CONFIG);
        answers.put(
                "/admin/routes",
                "{\"routes\":[{\"name\":\"echo\",\"access\":\"verified\"}],\"rejected\":null,\"labels\":null}");
        answers.put(
                "/admin/certificates",
                "{\"certificates\":[{\"host\":\"echo.invalid\",\"problem\":null}],\"problems\":[]}");
        answers.put("/admin/audit", "{\"events\":[{\"at\":\"2026-11-19T12:00:00Z\",\"event\":\"backup.exported\"}]}");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                boolean mayAsk = !path.startsWith("/admin")
                        || "Bearer let me in"
                                .equals(exchange.getRequestHeaders().getFirst("Authorization"));
                byte[] body = (mayAsk ? answers.getOrDefault(path, "down") : "{}").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(mayAsk ? answers.containsKey(path) ? 200 : 503 : 401, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        Files.writeString(
                data.resolve("quickstart.json"),
                "{\"oracle_management\":\"%s\",\"router_management\":\"%s\"}".formatted(url, url));
        Files.writeString(data.resolve("admin-token"), "let me in\n");
        management = Management.find(data, Map.of(), Duration.ofSeconds(5)).orElseThrow();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static List<String> faults(Check check) {
        try (Examination examination = new Examination(
                List.of(ECHO), null, Trust.system(), Resolver.SYSTEM, Clock.systemUTC(), Duration.ofSeconds(1))) {
            return check.run(examination).stream()
                    .filter(finding -> finding.level() != Level.OK)
                    .map(finding -> finding.level().words() + ": " + finding.what())
                    .toList();
        }
    }

    private BackupCheck backup() {
        return new BackupCheck(management, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void isContentWhereAllIsWell() {
        assertThat(faults(new ReadinessCheck(management))).isEmpty();
        assertThat(faults(new SettingsCheck(management))).containsExactly("not checked: the app's callback URL");
        assertThat(faults(new RoutesCheck(management))).isEmpty();
        assertThat(faults(new OrderedCertificatesCheck(management))).isEmpty();
        assertThat(faults(backup())).isEmpty();
        assertThat(management.services()).containsExactly(ECHO);
    }

    @Test
    void findsWhatIsNotReady() {
        answers.remove("/health/ready");

        assertThat(faults(new ReadinessCheck(management)))
                .containsExactly("problem: the oracle is not ready: down", "problem: the router is not ready: down");
    }

    @Test
    void findsSettingsThatDoNotKeepOrAdmitTooMany() {
        answers.put(
                "/admin/config",
                CONFIG.replace("h2:", "h2:mem:").replace("false", "true").replace("\"grace\"", "\"strict\""));

        assertThat(faults(new SettingsCheck(management)))
                .containsExactly(
                        "problem: keeps everything in memory",
                        "warning: everybody who can sign in may use it",
                        "warning: is strict",
                        "not checked: the app's callback URL");
    }

    @Test
    void findsAServiceThatTheOracleDoesNotKnow() {
        answers.put("/admin/config", CONFIG.replace("echo.invalid/mcp", "other.invalid/mcp"));

        assertThat(faults(new SettingsCheck(management)))
                .contains("warning: is no service of this oracle; it has https://other.invalid/mcp");
    }

    @Test
    void doesNotGuessAboutRedis() {
        answers.put("/admin/config", CONFIG.replace("jdbc:h2:/data/gateway", "redis://redis:6379/0"));

        assertThat(faults(new SettingsCheck(management)))
                .contains("not checked: whether the store keeps what it confirmed");
    }

    @Test
    void findsAStoreThatLosesWhatItConfirmed() {
        answers.put("/admin/config", CONFIG.replace("jdbc:h2:/data/gateway", "redis://redis:6379/0"));
        answers.put("/admin/store", "{\"durability\":{\"appendonly\":\"yes\",\"maxmemory-policy\":\"noeviction\"}}");
        assertThat(faults(new SettingsCheck(management))).containsExactly("not checked: the app's callback URL");

        answers.put("/admin/store", "{\"durability\":{\"appendonly\":\"no\"}}");
        assertThat(faults(new SettingsCheck(management))).contains("problem: writes no log (appendonly no)");

        answers.put("/admin/store", "{\"durability\":{\"appendonly\":\"yes\",\"aof_last_write_status\":\"err\"}}");
        assertThat(faults(new SettingsCheck(management)))
                .contains("problem: could not write its log the last time (aof_last_write_status err)");

        answers.put("/admin/store", "{\"durability\":{\"fsync\":\"on\",\"synchronous_commit\":\"off\"}}");
        assertThat(faults(new SettingsCheck(management)))
                .contains("problem: confirms before it has written (fsync on, synchronous_commit off)");
    }

    @Test
    void findsAServiceThatAdmitsNobody() {
        answers.put(
                "/admin/config", CONFIG.replace("\"open_to_everybody\"", "\"allow_rules\":0,\"open_to_everybody\""));

        assertThat(faults(new SettingsCheck(management))).contains("warning: nobody may use it");
    }

    @Test
    void findsAFileThatWasRejectedAndOpenRoutes() {
        answers.put(
                "/admin/routes",
                "{\"routes\":[{\"name\":\"info\",\"access\":\"open\"}],\"rejected\":{\"problems\":[\"line 3\"]}}");

        assertThat(faults(new RoutesCheck(management)))
                .containsExactly(
                        "problem: the newest version is not in force: line 3",
                        "warning: these routes ask for no token: info");
    }

    @Test
    void findsCertificatesThatCannotBeOrderedOrLoaded() {
        answers.put(
                "/admin/certificates",
                "{\"certificates\":[{\"host\":\"echo.invalid\",\"problem\":\"rate limit\"}],\"problems\":[\"a.pem\"]}");

        assertThat(faults(new OrderedCertificatesCheck(management)))
                .containsExactly(
                        "warning: the last order failed: rate limit", "warning: a certificate is not used: a.pem");
    }

    @Test
    void findsBackupsThatAreOldOrMissing() {
        answers.put("/admin/audit", "{\"events\":[{\"at\":\"2026-11-01T12:00:00Z\",\"event\":\"backup.exported\"}]}");
        assertThat(faults(backup())).containsExactly("warning: the newest backup was made at 2026-11-01T12:00:00Z");

        answers.put("/admin/audit", "{\"events\":[]}");
        assertThat(faults(backup())).containsExactly("warning: no backup among the last 0 security events");
    }

    @Test
    void saysWhereTheTokenIsMissing(@TempDir Path empty) {
        Management stranger = Management.find(
                        empty,
                        Map.of(
                                "ORACLE_MANAGEMENT_URL", management.oracle().toString(),
                                "ROUTER_MANAGEMENT_URL", management.router().toString()),
                        Duration.ofSeconds(5))
                .orElseThrow();

        assertThat(faults(new SettingsCheck(stranger))).containsExactly("not checked: settings");
        assertThat(faults(new BackupCheck(stranger, Clock.systemUTC())))
                .containsExactly("not checked: the age of the newest backup");
        assertThat(stranger.services()).isEmpty();
    }

    @Test
    void assumesTheUsualPlacesWhereTheyAreAskedFor(@TempDir Path empty) {
        assertThat(Management.find(empty, Map.of(), Duration.ofSeconds(1))).isEmpty();
        assertThat(Management.findOrAssume(empty, Map.of(), Duration.ofSeconds(1))
                        .oracle())
                .hasToString("http://127.0.0.1:9000");
    }

    @Test
    void printsNoToken() {
        assertThat(management.toString()).doesNotContain("let me in");
        List<Finding> findings;
        try (Examination examination = new Examination(
                List.of(ECHO), null, Trust.system(), Resolver.SYSTEM, Clock.systemUTC(), Duration.ofSeconds(1))) {
            findings = new SettingsCheck(management).run(examination);
        }
        assertThat(findings.toString()).doesNotContain("let me in");
    }
}
