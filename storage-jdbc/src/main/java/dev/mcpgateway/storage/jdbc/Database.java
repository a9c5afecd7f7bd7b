package dev.mcpgateway.storage.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.spi.Circuit;
import io.helidon.dbclient.DbClient;
import io.helidon.dbclient.DbClientException;
import io.helidon.dbclient.DbExecute;
import io.helidon.dbclient.DbTransaction;
import io.helidon.dbclient.jdbc.JdbcClientBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements and transactions on a bounded pool. Nobody waits longer than a few seconds, for a connection, a lock
 * or an answer, and not at all while the database is away; every failure is a {@link StoreException} that names the
 * database.
 */
final class Database implements AutoCloseable {
    private static final int CONNECTIONS = 8;
    private static final int ATTEMPTS = 5;

    /** When a pool whose connections fail reports that. */
    private static final long AT_ONCE = 1;

    private static final long AT_THE_FIRST_CALL = -1;

    /** After this long a transaction begins no further statement. */
    private static final Duration TIME = Duration.ofSeconds(2);

    private static final Duration TIME_TO_MIGRATE = Duration.ofDays(1);

    private final DatabaseUrl url;
    private final DbClient client;
    private final Circuit circuit;
    private volatile HikariDataSource pool;
    private boolean closed;

    private Database(DatabaseUrl url, HikariDataSource pool) {
        this.url = url;
        this.pool = pool;
        this.client = client(() -> this.pool.getConnection());
        this.circuit = new Circuit(url.name(), CONNECTIONS, this::away, this::probe);
    }

    /** @throws StoreException if it cannot be opened */
    static Database open(DatabaseUrl url) {
        // Tells at once why the database cannot be opened, where a pool would keep trying for seconds.
        try {
            url.prepare();
        } catch (SQLException e) {
            throw new StoreException(url.explain(e), e);
        }
        return new Database(url, createPool(url, AT_THE_FIRST_CALL));
    }

    /** @param failure in milliseconds, how long a first connection is tried for; less than zero not to try */
    private static HikariDataSource createPool(DatabaseUrl url, long failure) {
        var config = new HikariConfig();
        config.setPoolName("store");
        config.setMaximumPoolSize(CONNECTIONS);
        config.setInitializationFailTimeout(failure);
        url.configure(config);
        return new HikariDataSource(config);
    }

    /** Where a connection comes from. */
    private interface Connector {
        Connection connect() throws SQLException;
    }

    private static DbClient client(Connector connector) {
        return JdbcClientBuilder.create()
                .connectionPool(() -> connect(connector))
                .build();
    }

    /**
     * A connection that works. DB Client sets auto-commit before it takes responsibility for a connection and would
     * lose one that fails then, so that is tried here.
     */
    private static Connection connect(Connector connector) {
        try {
            Connection connection = connector.connect();
            try {
                connection.setAutoCommit(true);
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new NoConnection(e);
        }
    }

    /** No statement was run. */
    private static final class NoConnection extends DbClientException {
        private static final long serialVersionUID = 1L;

        NoConnection(SQLException cause) {
            super("no connection", cause);
        }
    }

    void check() {
        first("SELECT 1", row -> row.number(1));
    }

    DatabaseUrl url() {
        return url;
    }

    /** For messages. */
    String name() {
        return url.name();
    }

    /** The first row of a query that needs no transaction around it. */
    <T> Optional<T> first(String sql, Function<Row, T> read, @Nullable Object... parameters) {
        return circuit.call(
                () -> retrying("40", () -> statements(client.execute()).first(sql, read, parameters)));
    }

    /** All rows of a query. */
    <T> List<T> list(String sql, Function<Row, T> read, @Nullable Object... parameters) {
        return inTransaction(statements -> statements.list(sql, read, parameters));
    }

    /** One changing statement, which is a transaction of its own. Returns the number of rows it changed. */
    long update(String sql, @Nullable Object... parameters) {
        return circuit.call(
                () -> retrying("40", () -> statements(client.execute()).update(sql, parameters)));
    }

    /**
     * Runs the work in one transaction, which is rolled back when the work throws. A transaction that collides with
     * another (a deadlock, or the same new key) is run again, so that it sees what the other one did.
     */
    <T> T inTransaction(Function<Statements, T> work) {
        Done<T> done = circuit.call(() -> retrying("40|23505", () -> attempt(client, TIME, work)));
        done.afterCommit().forEach(Runnable::run);
        return done.result();
    }

    /**
     * Runs the work in one transaction that may take its time. One process at a time does so; where the database cannot
     * roll definitions back, what was done before a failure stays.
     */
    <T> T migrating(Function<Statements, T> work) {
        return asking(() -> attempt(client(url::connectToMigrate), TIME_TO_MIGRATE, work))
                .result();
    }

    /** What a committed transaction led to. */
    private record Done<T>(T result, List<Runnable> afterCommit) {}

    private Statements statements(DbExecute execute) {
        return new Statements(execute, url, TIME);
    }

    private <T> Done<T> attempt(DbClient with, Duration time, Function<Statements, T> work) {
        DbTransaction transaction = with.transaction();
        var statements = new Statements(transaction, url, time);
        T result;
        try {
            result = work.apply(statements);
        } catch (NoConnection e) {
            throw e;
        } catch (RuntimeException | Error e) {
            rollBack(transaction, e);
            throw e;
        }
        transaction.commit();
        return new Done<>(result, statements.actionsAfterCommit());
    }

    private static void rollBack(DbTransaction transaction, Throwable reason) {
        try {
            transaction.rollback();
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    /** Asks again after a collision with another transaction, which is told by how its SQLState begins. */
    private <T> T retrying(String collision, Supplier<T> question) {
        return asking(() -> {
            long end = System.nanoTime() + TIME.toNanos();
            for (int attempt = 1; ; attempt++) {
                try {
                    return question.get();
                } catch (DbClientException e) {
                    boolean collided = sqlFailure(e)
                            .map(SQLException::getSQLState)
                            .filter(state -> state.matches("(" + collision + ").*"))
                            .isPresent();
                    if (!collided || attempt == ATTEMPTS || System.nanoTime() - end > 0) {
                        throw e;
                    }
                }
            }
        });
    }

    private <T> T asking(Supplier<T> question) {
        try {
            return question.get();
        } catch (DbClientException e) {
            throw failed(e);
        }
    }

    private StoreException failed(DbClientException failure) {
        Optional<SQLException> cause = sqlFailure(failure);
        if (cause.filter(url::saysUseless).isPresent()) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
        return new StoreException(cause.map(url::explain).orElseGet(() -> url.name() + " did not answer"), failure);
    }

    /** The interruption of a caller breaks its connection, which says nothing about the database. */
    private boolean away(RuntimeException failure) {
        return !Thread.currentThread().isInterrupted()
                && sqlFailure(failure).filter(url::saysAway).isPresent();
    }

    /** A pool whose connections broke pauses for longer and longer before it makes new ones, so it is replaced. */
    private void probe() {
        try {
            url.prepare();
            replace(createPool(url, AT_ONCE));
        } catch (SQLException e) {
            throw new StoreException(url.explain(e), e);
        }
    }

    private synchronized void replace(HikariDataSource fresh) {
        if (closed) {
            fresh.close();
            return;
        }
        HikariDataSource old = pool;
        pool = fresh;
        old.getHikariConfigMXBean().setMinimumIdle(0);
        old.getHikariPoolMXBean().softEvictConnections();
        // Some who were asking may yet get an answer.
        CompletableFuture.delayedExecutor(TIME.toMillis(), TimeUnit.MILLISECONDS)
                .execute(old::close);
    }

    /** The innermost one, which is the driver's own. */
    private static Optional<SQLException> sqlFailure(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .reduce((_, inner) -> inner);
    }

    @Override
    public synchronized void close() {
        closed = true;
        circuit.close();
        pool.close();
    }
}
