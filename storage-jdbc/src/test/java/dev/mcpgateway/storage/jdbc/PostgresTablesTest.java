package dev.mcpgateway.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import dev.mcpgateway.storage.LoginStore.PendingLogin;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.TokenStore.Presented;
import dev.mcpgateway.storage.contract.SettableClock;
import dev.mcpgateway.storage.jdbc.testing.PostgresServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the tables behave in PostgreSQL: the order and length of keys, indexes, and sweeping from several processes. */
@Timeout(60)
class PostgresTablesTest {
    private static final Duration LIFETIME = Duration.ofDays(90);

    private final SettableClock clock = new SettableClock();
    private final Random random = new Random(7);
    private String url;
    private String schema;
    private JdbcStore store;

    @BeforeEach
    void open() throws Exception {
        url = PostgresServer.shared().newSchema();
        schema = url.substring(url.lastIndexOf('=') + 1);
        store = JdbcStore.open(PostgresUrl.parse(url), clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Instant end() {
        return clock.instant().plus(LIFETIME);
    }

    private void createClient(String id) {
        store.clients().create(new RegisteredClient(id, null, null, "{}", clock.instant(), end()));
    }

    private void grant(JdbcStore on, String family, String client, String user) {
        String hash = family.substring(0, Math.min(family.length(), 43));
        on.codes().issue(new IssuedCode(hash, client, "u", "c", family, user, "User", "r", "s", end()));
        on.codes()
                .consume(
                        hash, new NewGrant(family, client, user, "User", "r", "s", "h", clock.instant(), end(), end()));
    }

    /** Text that no compression makes shorter. */
    private String noise(int length) {
        var text = new StringBuilder(length);
        while (text.length() < length) {
            text.append((char) ('!' + random.nextInt('~' - '!' + 1)));
        }
        return text.toString();
    }

    @Test
    void ordersIdsByTheirCharactersWhateverTheOrderOfTheDatabase() {
        List<String> ids = List.of("_", "B", "a", "A", "b", "-", "~", "0", "Z", "aB", "ab", "\u00e9", "\uD83D\uDE00");
        ids.forEach(this::createClient);

        List<String> listed = new ArrayList<>();
        String after = null;
        do {
            var page = store.clients().list(after, 2);
            page.items().forEach(client -> listed.add(client.id()));
            after = page.next();
        } while (after != null);

        assertThat(listed).containsExactlyElementsOf(ids.stream().sorted().toList());
    }

    @Test
    void findsRecordsByTheLongestKeys() {
        String client = noise(2048);
        String user = noise(512);
        String family = noise(255);
        createClient(client);
        grant(store, family, client, user);

        assertThat(store.clients().find(client)).isPresent();
        assertThat(store.tokens().listByClient(client, null, 10).items())
                .extracting(Grant::familyId)
                .containsExactly(family);
        assertThat(store.tokens().revokeUser(user, clock.instant())).isEqualTo(1);
        assertThat(store.tokens().revokeClient(client, clock.instant())).isZero();
    }

    @Test
    void tellsConsentsWithTheLongestKeysApart() {
        String user = noise(512);
        String client = noise(2047);
        String host = noise(254);
        String resource = noise(2047);
        for (String one : List.of("", "\\", "x")) {
            record(user, client + one, host, resource, "client" + one);
            record(user, client, host + one, resource, "host" + one);
            record(user, client, host, resource + one, "resource" + one);
        }
        record(user, client, host, resource, "all");

        assertThat(scope(user, client + "x", host, resource)).isEqualTo("clientx");
        assertThat(scope(user, client + "\\", host, resource)).isEqualTo("client\\");
        assertThat(scope(user, client, host + "x", resource)).isEqualTo("hostx");
        assertThat(scope(user, client, host, resource + "x")).isEqualTo("resourcex");
        assertThat(scope(user, client, host, resource)).isEqualTo("all");
    }

    private void record(String user, String client, String host, String resource, String scope) {
        store.consents().record(new Consent(user, client, host, resource, scope, clock.instant(), end()));
    }

    private String scope(String user, String client, String host, String resource) {
        return store.consents().find(user, client, host, resource).orElseThrow().scope();
    }

    @Test
    void refusesKeysThatAreLongerAndKeepsNothingOfThem() {
        assertThatThrownBy(() -> createClient(noise(2049))).isInstanceOf(StoreException.class);
        String wide = "\u4e2d" + noise(10);
        var incompressible = new StringBuilder();
        while (incompressible.length() < 2048) {
            incompressible.append((char) ('\u4e00' + random.nextInt(20_000)));
        }
        assertThatThrownBy(() -> createClient(incompressible.toString()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("an id that is too long to be looked up");
        createClient(wide);

        assertThat(store.clients().list(null, 10).items())
                .extracting(RegisteredClient::id)
                .containsExactly(wide);
    }

    private Map<String, Long> scans() throws Exception {
        Map<String, Long> scans = new TreeMap<>();
        try (var connection = PostgresServer.shared().connect();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery("SELECT relname, seq_scan FROM pg_stat_user_tables WHERE schemaname = '"
                                + schema + "' AND relname NOT IN ('schema_version', 'revocation_counter')")) {
            while (rows.next()) {
                scans.put(rows.getString(1), rows.getLong(2));
            }
        }
        return scans;
    }

    /** With scans forbidden, the planner still makes one where no index serves. */
    @Test
    void scansNoTable() throws Exception {
        store.close();
        Map<String, Long> before = scans();
        store = JdbcStore.open(PostgresUrl.parse(url + "&options=-c%20enable_seqscan%3Doff"), clock);
        useEverything();
        store.close();

        assertThat(scans()).hasSizeGreaterThan(9).isEqualTo(before);
    }

    private void useEverything() {
        createClient("client");
        store.clients().find("client");
        store.clients().update(new RegisteredClient("client", null, null, "{}", clock.instant(), end()));
        store.clients().extend("client", end().plusSeconds(1));
        store.clients().list("a", 10);
        store.logins().begin(new PendingLogin("login", "b", "p", "{}", end()));
        store.logins().consume("login");
        record("user", "client", "host", "resource", "scope");
        record("user", "client", "host", "resource", "other");
        scope("user", "client", "host", "resource");
        store.consents().forgetUser("user");
        store.keys().createFirst(new SealedKey("purpose", "id", "sealed", clock.instant()));
        store.keys().list("purpose");
        store.audit().append(new AuditStore.AuditEvent(clock.instant(), "test", Map.of()));
        store.audit().latest(10);
        for (String family : List.of("a", "b", "c")) {
            grant(store, family, "client", "user");
            store.codes().find(family);
            store.tokens().findGrant(family);
            store.tokens().rotate(new Presented(family, 0, "h", "client", clock.instant(), LIFETIME, Duration.ZERO, 0));
        }
        store.tokens().list(null, 10);
        store.tokens().listByUser("user", null, 10);
        store.tokens().listByClient("client", null, 10);
        store.tokens().revokeFamily("a");
        store.tokens().revokeUser("user", clock.instant());
        store.tokens().revokeClient("client", clock.instant());
        store.clients().delete("client");
    }

    private long rows(String table) throws Exception {
        try (var connection = PostgresServer.shared().connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT COUNT(*) FROM " + schema + "." + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void isSweptFromSeveralProcessesWhileRequestsGoOn() throws Exception {
        Instant end = end();
        for (int i = 0; i < 1_500; i++) {
            store.logins().begin(new PendingLogin("login" + i, "b", "p", "{}", end));
        }
        for (int i = 0; i < 500; i++) {
            grant(store, "expired" + i, "client" + i % 7, "user");
            grant(store, "revoked" + i, "client" + i % 7, "other");
        }
        clock.advance(Duration.ofDays(1));
        for (int i = 0; i < 50; i++) {
            grant(store, "live" + i, "client" + i % 7, "user");
        }
        clock.advance(LIFETIME.minusDays(1));
        store.tokens().revokeUser("other", clock.instant());

        try (var second = JdbcStore.open(PostgresUrl.parse(url), clock);
                var third = JdbcStore.open(PostgresUrl.parse(url), clock);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> work = new ArrayList<>();
            for (JdbcStore one : List.of(store, second, third)) {
                work.add(threads.submit(() -> one.sweeper().sweep()));
                work.add(threads.submit(() -> useGrants(one)));
            }
            for (Future<?> one : work) {
                one.get(50, TimeUnit.SECONDS);
            }
        }
        store.sweeper().sweep();

        assertThat(rows("login")).isZero();
        assertThat(rows("grants")).isEqualTo(50);
        assertThat(store.tokens().listByUser("user", null, 100).items()).hasSize(50);
    }

    private void useGrants(JdbcStore on) {
        for (int i = 0; i < 50; i++) {
            on.tokens()
                    .rotate(new Presented(
                            "live" + i, 0, "h", "client" + i % 7, clock.instant(), LIFETIME, LIFETIME, 1_000));
            on.tokens().rotate(new Presented("expired" + i, 0, "h", "x", clock.instant(), LIFETIME, LIFETIME, 9));
            on.tokens().revokeFamily("revoked" + i);
            on.tokens().revokeUser("other", clock.instant());
        }
    }
}
