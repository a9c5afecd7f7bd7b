package dev.mcpgateway.storage.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.mcpgateway.storage.StoreException;
import io.helidon.dbclient.DbClient;
import io.helidon.dbclient.DbClientException;
import io.helidon.dbclient.DbTransaction;
import io.helidon.dbclient.jdbc.JdbcClientBuilder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements and transactions on a bounded pool. Nobody waits longer than a few seconds, for a connection, a lock
 * or an answer; every failure is a {@link StoreException} that names the database.
 */
final class Database implements AutoCloseable {
    private static final int CONNECTIONS = 8;
    private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(3);
    private static final String CHECK = "SELECT 1";
    private static final int ATTEMPTS = 5;

    private final H2Url url;
    private final HikariDataSource pool;
    private final DbClient client;

    private Database(H2Url url, HikariDataSource pool) {
        this.url = url;
        this.pool = pool;
        this.client =
                JdbcClientBuilder.create().connectionPool(() -> connect(pool)).build();
    }

    /** @throws StoreException if it cannot be opened */
    static Database open(H2Url url) {
        url.createFile();
        // Tells at once why the database cannot be opened, where a pool would keep trying for seconds.
        try (Connection _ = DriverManager.getConnection(
                url.jdbc(), url.user(), url.password().reveal())) {
            return new Database(url, createPool(url));
        } catch (SQLException e) {
            throw new StoreException(url.explain(e), e);
        }
    }

    private static HikariDataSource createPool(H2Url url) {
        var config = new HikariConfig();
        config.setPoolName("store");
        config.setJdbcUrl(url.jdbc());
        config.setUsername(url.user());
        config.setPassword(url.password().reveal());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
        // What fails is asked for again, and reported, by the first call.
        config.setInitializationFailTimeout(-1);
        // The driver calls a connection valid even when its database was closed under it.
        config.setConnectionTestQuery(CHECK);
        // Closing the last connection closes an embedded database, so connections do not age.
        config.setMaxLifetime(0);
        return new HikariDataSource(config);
    }

    /**
     * A connection that works. DB Client sets auto-commit before it takes responsibility for a connection and would
     * lose one that fails then, so that is tried here.
     */
    private static Connection connect(HikariDataSource pool) {
        try {
            Connection connection = pool.getConnection();
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
        first(CHECK, row -> row.number(1));
    }

    /** For messages. */
    String name() {
        return url.name();
    }

    /** What the database is, however many stores have it open in this JVM. */
    String identity() {
        return url.database();
    }

    /** The first row of a query that needs no transaction around it. */
    <T> Optional<T> first(String sql, Function<Row, T> read, @Nullable Object... parameters) {
        return asking(() -> new Statements(client.execute()).first(sql, read, parameters));
    }

    /** All rows of a query. */
    <T> List<T> list(String sql, Function<Row, T> read, @Nullable Object... parameters) {
        return inTransaction(statements -> statements.list(sql, read, parameters));
    }

    /** One changing statement, which is a transaction of its own. Returns the number of rows it changed. */
    long update(String sql, @Nullable Object... parameters) {
        return asking(() -> new Statements(client.execute()).update(sql, parameters));
    }

    /**
     * Runs the work in one transaction, which is rolled back when the work throws. A transaction that collides with
     * another (a deadlock, or the same new key) is run again, so that it sees what the other one did.
     */
    <T> T inTransaction(Function<Statements, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(work);
            } catch (DbClientException e) {
                if (attempt == ATTEMPTS || !collided(e)) {
                    throw failed(e);
                }
            }
        }
    }

    private <T> T attempt(Function<Statements, T> work) {
        DbTransaction transaction = client.transaction();
        T result;
        try {
            result = work.apply(new Statements(transaction));
        } catch (NoConnection e) {
            throw e;
        } catch (RuntimeException | Error e) {
            rollBack(transaction, e);
            throw e;
        }
        transaction.commit();
        return result;
    }

    private static void rollBack(DbTransaction transaction, Throwable reason) {
        try {
            transaction.rollback();
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private <T> T asking(Supplier<T> question) {
        try {
            return question.get();
        } catch (DbClientException e) {
            throw failed(e);
        }
    }

    private static boolean collided(DbClientException failure) {
        return sqlFailure(failure)
                .map(SQLException::getSQLState)
                .filter(state -> state.startsWith("40") || state.equals("23505"))
                .isPresent();
    }

    private StoreException failed(DbClientException failure) {
        Optional<SQLException> cause = sqlFailure(failure);
        if (cause.filter(H2Url::saysClosed).isPresent()) {
            // Every connection is useless now. The next one opens the database again.
            pool.getHikariPoolMXBean().softEvictConnections();
        }
        return new StoreException(cause.map(url::explain).orElseGet(() -> url.name() + " did not answer"), failure);
    }

    /** The innermost one, which is the driver's own. */
    private static Optional<SQLException> sqlFailure(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .reduce((_, inner) -> inner);
    }

    @Override
    public void close() {
        pool.close();
    }
}
