package dev.mcpgateway.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.TokenStore.Presented;
import dev.mcpgateway.storage.TokenStore.Rotation;
import dev.mcpgateway.storage.contract.SettableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens when the database is slow, gone, or its callers are. */
@Timeout(120)
class TroubleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private H2Url url;
    private JdbcStore store;

    @BeforeEach
    void open() {
        url = H2Url.parse("jdbc:h2:" + folder.resolve("store"));
        store = JdbcStore.open(url, clock);
        Instant end = clock.instant().plus(Duration.ofDays(1));
        store.codes().issue(new IssuedCode("family", "client", "u", "c", "family", "user", "User", "r", "s", end));
        store.codes()
                .consume(
                        "family",
                        new NewGrant("family", "client", "user", "User", "r", "s", "h", clock.instant(), end, end));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Connection outsider() throws SQLException {
        return DriverManager.getConnection(url.jdbc(), url.user(), "");
    }

    private Rotation rotate(long sequence) {
        return store.tokens()
                .rotate(new Presented(
                        "family", sequence, "h", "client", clock.instant(), Duration.ofDays(1), Duration.ZERO, 0));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void letsNobodyHangWhileARowIsLocked() throws Exception {
        try (Connection outsider = outsider();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            outsider.setAutoCommit(false);
            execute(outsider, "SELECT * FROM grants WHERE family_id = 'family' FOR UPDATE");

            long began = System.nanoTime();
            List<Future<?>> waiting = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                waiting.add(
                        threads.submit(() -> assertThatThrownBy(() -> rotate(0)).isInstanceOf(StoreException.class)));
            }
            for (Future<?> one : waiting) {
                one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);

            outsider.rollback();
        }

        assertThat(rotate(0)).isInstanceOf(Rotation.Advanced.class);
    }

    @Test
    void survivesTheInterruptionOfItsCallers() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                Future<?> caller = threads.submit(() -> store.tokens().revokeUser("nobody", clock.instant()));
                clock.advance(Duration.ofMillis(1));
                caller.cancel(true);
            }
            Future<?> interrupted = threads.submit(() -> {
                Thread.currentThread().interrupt();
                return outcome(() -> rotate(0));
            });
            interrupted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        store.check();
        assertThat(store.tokens().findGrant("family")).isPresent();
        store.tokens().revokeUser("somebody", clock.instant());
    }

    /** What it returned or threw: both are fine for the one who was interrupted. */
    private static Object outcome(Callable<?> call) throws Exception {
        try {
            return call.call();
        } catch (StoreException e) {
            return e;
        }
    }

    @Test
    void comesBackByItselfWhenTheDatabaseWasClosedUnderIt() throws Exception {
        try (Connection outsider = outsider()) {
            execute(outsider, "SHUTDOWN IMMEDIATELY");
        } catch (SQLException _) {
            // Its own connection is gone, too.
        }

        long end = System.nanoTime() + PATIENCE.toNanos();
        List<String> failures = new ArrayList<>();
        while (true) {
            try {
                assertThat(rotate(0)).isInstanceOf(Rotation.Advanced.class);
                break;
            } catch (StoreException e) {
                failures.add(e.getMessage());
                assertThat(System.nanoTime()).as("%s", failures.getLast()).isLessThan(end);
            }
        }

        assertThat(store.tokens().findGrant("family")).isPresent();
    }

    @Test
    void losesNoConnectionToStatementsThatFail() {
        try (var database = Database.open(url)) {
            for (int i = 0; i < 50; i++) {
                assertThatThrownBy(() -> database.update("UPDATE nothing SET x = 1"))
                        .isInstanceOf(StoreException.class)
                        .hasMessageStartingWith("H2 database " + folder.resolve("store"));
                assertThatThrownBy(() -> database.list("SELECT x FROM nothing", row -> row.number(1)))
                        .isInstanceOf(StoreException.class);
                assertThatThrownBy(() -> database.first("SELECT x FROM nothing", row -> row.number(1)))
                        .isInstanceOf(StoreException.class);
                assertThatThrownBy(() -> database.inTransaction(statements -> {
                            statements.update("DELETE FROM grants");
                            throw new IllegalStateException("a mistake");
                        }))
                        .isInstanceOf(IllegalStateException.class);
            }

            database.check();
        }
    }

    @Test
    void rollsBackWhatAFailedTransactionDid() {
        try (var database = Database.open(url)) {
            assertThatThrownBy(() -> database.inTransaction(statements -> {
                        statements.update("DELETE FROM grants");
                        throw new IllegalStateException("a mistake");
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }

        assertThat(store.tokens().findGrant("family")).isPresent();
    }

    @Test
    void servesManyCallersWithFewConnections() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                answers.add(
                        threads.submit(() -> store.tokens().findGrant("family").isPresent()));
            }
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }
}
