package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.ServiceProcess.Program;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an oracle says that does not start. */
@Timeout(120)
class OracleStartTest {
    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void setWhatIsNeeded() throws Exception {
        Files.writeString(folder.resolve("gateway.yaml"), "services: {}\n");
        environment.put("GATEWAY_CONFIG", folder.toString());
        environment.put("BASE_DOMAIN", "example.com");
        environment.put("VERIFY_SECRET", "0123456789012345678901234567890123456789");
        environment.put("GATEWAY_JWT_SECRET", "0123456789012345678901234567890123456789");
        environment.put("ORACLE_ADDRESS", "127.0.0.1");
        environment.put("ORACLE_PORT", "0");
        environment.put("ORACLE_MANAGEMENT_PORT", "0");
        environment.put("STORAGE_URL", "jdbc:h2:file:" + folder.resolve("gateway"));
        environment.put("GITHUB_CLIENT_ID", "Iv1.system-test");
        environment.put("GITHUB_CLIENT_SECRET", "tell-nobody");
    }

    /** What it says in words; that it says more is a failure. */
    private String refusal() {
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
                    .startsWith("The oracle cannot start: ")
                    .doesNotContain("\tat ")
                    .doesNotContain("tell-nobody");
            return oracle.log();
        }
    }

    @Test
    void namesEveryProblemOfItsSettings() {
        environment.remove("STORAGE_URL");
        environment.remove("GITHUB_CLIENT_ID");
        environment.put("GITHUB_URL", "http://github.example");

        assertThat(refusal())
                .contains("none of STORAGE_URL, REDIS_URL and REDIS_PASSWORD is set")
                .contains("GITHUB_CLIENT_ID is not set")
                .contains("GITHUB_URL=http://github.example is not accepted");
    }

    @Test
    void saysThatNobodyCouldSignIn() {
        environment.remove("GITHUB_CLIENT_ID");
        environment.remove("GITHUB_CLIENT_SECRET");

        assertThat(refusal())
                .contains("nobody could sign in: set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET")
                .contains("https://auth.example.com/callback");
    }

    @Test
    void saysWhichStoresThereAre() {
        environment.put("STORAGE_URL", "mysql://root:tell-nobody@localhost/gateway");

        assertThat(refusal()).contains("STORAGE_URL").contains("jdbc:h2:");
    }

    @Test
    void saysWhichLogLevelsThereAreAndWhereItCannotLog() {
        environment.put("LOG_LEVEL", "LOUD");
        environment.put("LOG_FILE", folder.resolve("missing/oracle.log").toString());

        assertThat(refusal())
                .contains("LOG_LEVEL=LOUD is not accepted: accepted is one of DEBUG, INFO, WARNING, ERROR")
                .contains("LOG_FILE=" + folder.resolve("missing/oracle.log") + " cannot be written to");
    }

    @Test
    void logsToTheFileAsWell() throws Exception {
        Path log = folder.resolve("also.log");
        environment.put("LOG_FILE", log.toString());
        try (ServiceProcess oracle = ServiceProcess.start(new Program(
                "oracle",
                Modules.oracle(),
                "dev.mcpgateway.oracle/dev.mcpgateway.oracle.OracleMain",
                List.of(),
                environment,
                URI.create("http://127.0.0.1:1/"),
                folder.resolve("oracle.log")))) {
            await(() -> Files.exists(log) && Files.readString(log).contains("ready: issuer="));

            assertThat(oracle.log()).contains("ready: issuer=");
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
