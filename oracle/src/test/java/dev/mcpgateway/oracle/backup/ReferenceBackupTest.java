package dev.mcpgateway.oracle.backup;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.oracle.backup.Import.Mode;
import dev.mcpgateway.oracle.testing.RunningOracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reference stack's backup command wrote, as its Redis held it. */
class ReferenceBackupTest {
    private static final String BACKUP = """
            {
              "codes": {}, "sessions": {}, "states": {"x": {"ttl": 200, "type": "string", "value": "{}"}},
              "metadata": {"total_refresh_tokens": 1, "total_registrations": 2, "total_sessions": 0, "total_tokens": 1},
              "refresh_tokens": {"r": {"ttl": 1000, "type": "string", "value": "{}"}},
              "registrations": {
                "client_old": {
                  "parsed": {},
                  "ttl": 7776000,
                  "type": "string",
                  "value": "{\\"client_id\\": \\"client_old\\", \\"client_secret\\": \\"the-old-secret\\", \\"client_secret_expires_at\\": 0, \\"client_id_issued_at\\": 1760000000, \\"redirect_uris\\": \\"[\\\\\\"http://127.0.0.1:3000/callback\\\\\\"]\\", \\"client_name\\": \\"Old client\\", \\"scope\\": \\"openid profile email\\", \\"created_at\\": 1760000000, \\"response_types\\": \\"[\\\\\\"code\\\\\\"]\\", \\"grant_types\\": \\"[\\\\\\"authorization_code\\\\\\", \\\\\\"refresh_token\\\\\\"]\\", \\"registration_access_token\\": \\"reg-the-old-token\\"}"
                },
                "client_expired": {
                  "ttl": 1,
                  "type": "string",
                  "value": "{\\"client_id\\": \\"client_expired\\", \\"client_secret\\": \\"s\\", \\"redirect_uris\\": \\"[\\\\\\"http://127.0.0.1:3000/callback\\\\\\"]\\"}"
                }
              },
              "timestamp": "2026-11-01T11:00:00.000000+00:00",
              "tokens": {"t": {"ttl": 100, "type": "string", "value": "{}"}},
              "user_tokens": {}
            }
            """;

    @TempDir
    Path folder;

    private RunningOracle oracle;

    @BeforeEach
    void start() {
        oracle = RunningOracle.start();
    }

    @AfterEach
    void stop() {
        oracle.close();
    }

    private Import.Report restore(String backup) throws IOException {
        Path file = Files.writeString(folder.resolve("oauth-backup-20261101-110000.json"), backup);
        return new Import(oracle.store().archive(), oracle.clock(), _ -> {}).run(file, Mode.MERGE);
    }

    @Test
    void letsItsClientsGoOnWithTheirIdsAndSecrets() throws IOException {
        Import.Report report = restore(BACKUP);

        Map<String, String> redemption =
                new HashMap<>(RunningOracle.redemption("client_old", oracle.issueCode("client_old", ECHO)));
        redemption.put("client_secret", "a-wrong-secret");
        assertThat(oracle.post("/token", redemption).statusCode()).isEqualTo(401);
        redemption.put("client_secret", "the-old-secret");
        assertThat(oracle.post("/token", redemption).statusCode()).isEqualTo(200);
        assertThat(report.words())
                .contains("1 added, 0 there already, 1 ended", "not carried over   3", "sign in once more");
    }

    @Test
    void keepsHashesOnly() throws IOException {
        restore(BACKUP);

        assertThat(oracle.dump())
                .contains("client_old", "Old client")
                .doesNotContain("the-old-secret", "reg-the-old-token");
    }

    @Test
    void leavesAClientOutThatNobodyCouldRegisterHere() throws IOException {
        String odd = BACKUP.replaceFirst("http://127.0.0.1:3000/callback", "urn:ietf:wg:oauth:2.0:oob");

        Import.Report report = restore(odd);

        assertThat(report.leftOut())
                .singleElement()
                .asString()
                .startsWith("client_old (")
                .contains("urn:ietf");
        assertThat(report.words()).contains("Left out", "client_old");
        assertThat(oracle.store().clients().find("client_old")).isEmpty();
    }

    @Test
    void namesAClientThatIsNotUnderstood() {
        assertThatThrownBy(() -> restore(BACKUP.replace("\\\"redirect_uris\\\"", "\\\"redirects\\\"")))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("client_");
        assertThat(oracle.store().clients().find("client_old")).isEmpty();
    }

    @Test
    void refusesOtherJson() {
        assertThatThrownBy(() -> restore("{\"clients\": []}"))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("oauth-backup-*.json");
    }
}
