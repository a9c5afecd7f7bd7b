package dev.mcpgateway.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.LoginStore.PendingLogin;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.contract.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweeperTest {
    private static final Duration LIFETIME = Duration.ofDays(90);

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private JdbcStore store;
    private Database database;

    @BeforeEach
    void open() {
        H2Url url = H2Url.parse("jdbc:h2:" + folder.resolve("store"));
        store = JdbcStore.open(url, clock);
        database = Database.open(url);
    }

    @AfterEach
    void close() {
        database.close();
        store.close();
    }

    private long rows(String table) {
        return database.first("SELECT COUNT(*) FROM " + table, row -> row.number(1))
                .orElseThrow();
    }

    private void fillEveryTable(String name) {
        Instant end = clock.instant().plus(LIFETIME);
        store.clients().create(new RegisteredClient(name, null, null, "{}", clock.instant(), end));
        store.logins().begin(new PendingLogin(name, "b", "p", "{}", end));
        store.consents().record(new Consent("user", name, "h", "r", "s", clock.instant(), end));
        grant(name, "user");
    }

    private void grant(String name, String user) {
        Instant end = clock.instant().plus(LIFETIME);
        store.codes().issue(new IssuedCode(name, "client", "u", "c", name, user, "User", "r", "s", end));
        store.codes()
                .consume(name, new NewGrant(name, "client", user, "User", "r", "s", "h", clock.instant(), end, end));
    }

    @Test
    void deletesWhatHasExpiredAndNothingElse() {
        fillEveryTable("old");
        clock.advance(LIFETIME.minusMillis(1));
        fillEveryTable("young");
        clock.advance(Duration.ofDays(1).plusMillis(1));

        store.sweeper().sweep();

        for (String table : new String[] {"client", "login", "consent", "code", "grants"}) {
            assertThat(rows(table)).as(table).isEqualTo(1);
        }
        assertThat(store.tokens().findGrant("young")).isPresent();
        assertThat(store.clients().find("young")).isPresent();
    }

    @Test
    void worksThroughManyBatches() {
        Instant end = clock.instant().plus(LIFETIME);
        for (int i = 0; i < 1_001; i++) {
            store.logins().begin(new PendingLogin("login" + i, "b", "p", "{}", end));
        }
        clock.advance(LIFETIME);

        store.sweeper().sweep();

        assertThat(rows("login")).isZero();
    }

    @Test
    void cleansUpAfterAMarkerAndKeepsItWhileItMayBeNeeded() {
        grant("dead", "user");
        store.tokens().revokeUser("user", clock.instant());
        clock.advance(Duration.ofMillis(1));
        grant("alive", "user");

        store.sweeper().sweep();
        assertThat(rows("grants")).isEqualTo(1);
        assertThat(rows("user_revocation")).isEqualTo(1);

        clock.advance(LIFETIME.minusMillis(1));
        store.sweeper().sweep();
        assertThat(rows("user_revocation")).isEqualTo(1);
        assertThat(store.tokens().findGrant("alive")).isPresent();

        clock.advance(Grant.LONGEST_LIFETIME.minus(LIFETIME));
        store.sweeper().sweep();
        assertThat(rows("user_revocation")).isZero();
    }

    @Test
    void keepsAMarkerThatAGrantIsLeftFor() {
        store.tokens().revokeClient("client", clock.instant().plus(Duration.ofDays(7)));
        clock.advance(Duration.ofDays(5));

        store.sweeper().sweep();
        grant("dead", "user");

        assertThat(store.tokens().findGrant("dead")).isEmpty();
    }

    @Test
    void keepsTheNewestAuditEvents() {
        for (int i = 0; i < AuditStore.CAPACITY + 500; i++) {
            store.audit().append(new AuditStore.AuditEvent(clock.instant(), "test", Map.of()));
        }

        store.sweeper().sweep();

        assertThat(rows("audit")).isEqualTo(AuditStore.CAPACITY);
    }
}
