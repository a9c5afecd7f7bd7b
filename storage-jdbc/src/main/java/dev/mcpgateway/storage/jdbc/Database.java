package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.StoreException;
import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.dbclient.DbClient;
import io.helidon.dbclient.DbClientException;
import io.helidon.dbclient.DbTransaction;
import io.helidon.dbclient.jdbc.JdbcClientBuilder;
import io.helidon.dbclient.jdbc.JdbcConnectionPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
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
    private static final int CONNECTION_TIMEOUT_MILLIS = 3_000;
    private static final int ATTEMPTS = 5;

    private final H2Url url;
    private final AutoCloseable pool;
    private final DbClient client;

    private Database(H2Url url, JdbcConnectionPool pool) {
        this.url = url;
        this.pool = (AutoCloseable) pool;
        this.client =
                JdbcClientBuilder.create().connectionPool(() -> connect(pool)).build();
    }

    /** @throws StoreException if it cannot be opened */
    static Database open(H2Url url) {
        url.createFile();
        var database = new Database(url, createPool(url));
        try {
            database.check();
            return database;
        } catch (StoreException e) {
            database.close();
            throw e;
        }
    }

    private static JdbcConnectionPool createPool(H2Url url) {
        Map<String, String> settings = Map.of(
                "url", url.jdbc(),
                "username", url.user(),
                "password", url.password().reveal(),
                "poolName", "store",
                "maximumPoolSize", Integer.toString(CONNECTIONS),
                "connectionTimeout", Integer.toString(CONNECTION_TIMEOUT_MILLIS),
                // The first question asked is what finds out whether the database can be opened.
                "initializationFailTimeout", "-1",
                // An H2 connection calls itself valid even when its database was closed under it.
                "connectionTestQuery", "SELECT 1",
                // Closing the last connection closes an embedded database, so connections do not age.
                "maxLifetime", "0");
        return JdbcConnectionPool.create(Config.builder(ConfigSources.create(settings))
                .disableEnvironmentVariablesSource()
                .disableSystemPropertiesSource()
                .disableValueResolving()
                .disableKeyResolving()
                .build());
    }

    /**
     * A connection that works. DB Client sets auto-commit before it takes responsibility for a connection and would
     * lose one that fails then, so that is tried here.
     */
    private static Connection connect(JdbcConnectionPool pool) {
        try {
            Connection connection = pool.connection();
            try {
                connection.setAutoCommit(true);
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (DbClientException | SQLException e) {
            throw new NoConnection(e);
        }
    }

    /** No statement was run. */
    private static final class NoConnection extends DbClientException {
        private static final long serialVersionUID = 1L;

        NoConnection(Exception cause) {
            super("no connection", cause);
        }
    }

    void check() {
        first("SELECT 1", row -> row.number(1));
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
        String words = sqlFailure(failure).map(url::explain).orElseGet(() -> url.name() + " did not answer");
        return new StoreException(words, failure);
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
        try {
            pool.close();
        } catch (Exception e) {
            throw new StoreException(url.name() + " could not be closed", e);
        }
    }
}
