package dev.mcpgateway.oracle.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.backup.RevocationReplay.Period;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.storage.AuditStore.AuditEvent;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup was restored, and its grants are live again that were revoked after it was made. */
class RevocationReplayTest {
    private final RunningOracle oracle = RunningOracle.start();
    private final Instant backup = oracle.clock().instant();
    private final List<String> withdrawn = new ArrayList<>();

    @AfterEach
    void stop() {
        oracle.close();
    }

    private JsonObject replay(String... lines) throws IOException {
        String file = lines.length == 0 ? "" : String.join("\n", lines) + "\n";
        return new RevocationReplay(oracle.store(), withdrawn::add, oracle.clock())
                .run(backup, new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)));
    }

    private int verify(String token) {
        return oracle.verify(RunningOracle.ECHO, token).statusCode();
    }

    private String grant() {
        return oracle.store().tokens().list(null, 10).items().getLast().familyId();
    }

    private static String event(Instant at, String name, String key, String value) {
        return "{\"at\":\"%s\",\"event\":\"%s\",\"%s\":\"%s\"}".formatted(at, name, key, value);
    }

    @Test
    void endsWhatTheAuditFileSaysWasRevokedSince() throws IOException {
        String client = oracle.registerClient();
        String token = oracle.connect(client, RunningOracle.ECHO).getString("access_token");
        oracle.clock().advance(Duration.ofMinutes(1));
        assertThat(verify(token)).isEqualTo(204);

        JsonObject report = replay(event(oracle.clock().instant(), "token.revoked", "grant", grant()));

        assertThat(verify(token)).isEqualTo(401);
        assertThat(report.getJsonObject("applied").getInt("grants")).isOne();
    }

    @Test
    void endsEveryGrantOfAUserOrClientThatWasMadeUntilThen() throws IOException {
        String client = oracle.registerClient();
        String token = oracle.connect(client, RunningOracle.ECHO).getString("access_token");
        String other = oracle.registerClient();
        String deleted = oracle.connect(other, RunningOracle.ECHO).getString("access_token");
        oracle.clock().advance(Duration.ofMinutes(1));

        replay(event(oracle.clock().instant(), "client.deleted", "client", other));
        assertThat(verify(deleted)).isEqualTo(401);
        assertThat(oracle.store().clients().find(other)).isPresent();
        assertThat(verify(token)).isEqualTo(204);

        replay(event(oracle.clock().instant(), "user.revoked", "user", "4711"));
        assertThat(verify(token)).isEqualTo(401);
    }

    @Test
    void leavesAloneWhatWasRevokedBeforeTheBackupAndWhatItDoesNotUnderstand() throws IOException {
        String token =
                oracle.connect(oracle.registerClient(), RunningOracle.ECHO).getString("access_token");
        oracle.clock().advance(Duration.ofMinutes(1));

        JsonObject report = replay(
                event(backup.minusSeconds(1), "token.revoked", "grant", grant()),
                event(backup.plusSeconds(1), "login.succeeded", "user", "4711"),
                "cut off{",
                event(backup.plusSeconds(2), "key.withdrawn", "kid", "k1"));

        assertThat(verify(token)).isEqualTo(204);
        assertThat(report.getInt("not_understood")).isOne();
        assertThat(withdrawn).containsExactly("k1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token.reuse", "membership.ended"})
    void appliesTheTrailInTheStoreToo(String event) throws IOException {
        String token =
                oracle.connect(oracle.registerClient(), RunningOracle.ECHO).getString("access_token");
        oracle.clock().advance(Duration.ofMinutes(1));
        oracle.store().audit().append(new AuditEvent(oracle.clock().instant(), event, Map.of("grant", grant())));

        replay();

        assertThat(verify(token)).isEqualTo(401);
    }

    @Test
    void namesThePeriodsThatItKnowsNothingOf() {
        Instant start = Instant.parse("2026-11-01T00:00:00Z");
        Period whole = new Period(start, start.plusSeconds(100));

        assertThat(RevocationReplay.unknown(whole, List.of())).containsExactly(whole);
        assertThat(RevocationReplay.unknown(whole, List.of(new Period(start.minusSeconds(9), start.plusSeconds(40)))))
                .containsExactly(new Period(start.plusSeconds(40), start.plusSeconds(100)));
        assertThat(RevocationReplay.unknown(
                        whole,
                        List.of(
                                new Period(start.plusSeconds(90), start.plusSeconds(100)),
                                new Period(start.plusSeconds(10), start.plusSeconds(40)))))
                .containsExactly(
                        new Period(start, start.plusSeconds(10)),
                        new Period(start.plusSeconds(40), start.plusSeconds(90)));
        assertThat(RevocationReplay.unknown(whole, List.of(new Period(start.minusSeconds(1), start.plusSeconds(100)))))
                .isEmpty();
        assertThat(RevocationReplay.unknown(whole, List.of(new Period(start.minusSeconds(9), start.minusSeconds(5)))))
                .containsExactly(whole);
    }
}
