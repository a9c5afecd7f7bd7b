package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.StoreException;
import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.dbclient.DbClient;
import io.helidon.dbclient.DbTransaction;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Function;

/** A bounded pool of connections. Whatever goes wrong in it becomes a {@link StoreException} that names the store. */
final class Database implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 10;
    private static final long CONNECTION_TIMEOUT_MILLIS = 2_000;
    private static final int H2_ALREADY_OPEN = 90_020;
    private static final String UNIQUE_VIOLATION = "23505";

    private final String name;
    private final DbClient client;

    private Database(String name, DbClient client) {
        this.name = name;
        this.client = client;
    }

    static Database open(H2Url url) {
        Map<String, String> config = Map.of(
                "source", "jdbc",
                "connection.url", url.url(),
                "connection.username", "sa",
                "connection.password", "",
                "connection.maximumPoolSize", Integer.toString(MAX_CONNECTIONS),
                "connection.minimumIdle", "1",
                "connection.connectionTimeout", Long.toString(CONNECTION_TIMEOUT_MILLIS));
        try {
            return new Database(url.name(), DbClient.create(Config.just(ConfigSources.create(config))));
        } catch (RuntimeException e) {
            if (hasCause(e, cause -> cause.getErrorCode() == H2_ALREADY_OPEN)) {
                throw new StoreException(
                        "the database %s is in use by another process: stop it, or use another folder"
                                .formatted(url.name()),
                        e);
            }
            throw new StoreException("the database %s cannot be opened: %s".formatted(url.name(), reason(e)), e);
        }
    }

    /** The database for messages, without options or credentials. */
    String name() {
        return name;
    }

    /** Runs statements that are each their own transaction. */
    <T> T run(Function<Sql, T> work) {
        try {
            return work.apply(new Sql(client.execute()));
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    /** Runs statements as one transaction, which is undone if anything is thrown. */
    <T> T inTransaction(Function<Sql, T> work) {
        DbTransaction transaction = client.transaction();
        boolean finished = false;
        try {
            T result = work.apply(new Sql(transaction));
            finished = true;
            transaction.commit();
            return result;
        } catch (StoreException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failed(e);
        } finally {
            if (!finished) {
                rollBack(transaction);
            }
        }
    }

    /** As {@link #inTransaction}, giving {@code otherwise} if a row with one of its keys is there already. */
    <T> T inTransactionOr(T otherwise, Function<Sql, T> work) {
        try {
            return inTransaction(work);
        } catch (StoreException e) {
            if (hasCause(e, cause -> UNIQUE_VIOLATION.equals(cause.getSQLState()))) {
                return otherwise;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private void rollBack(DbTransaction transaction) {
        try {
            transaction.rollback();
        } catch (RuntimeException e) {
            // What brought us here is thrown already and says more.
            System.getLogger(Database.class.getName())
                    .log(System.Logger.Level.DEBUG, "rolling back on " + name + " failed", e);
        }
    }

    private StoreException failed(RuntimeException e) {
        return new StoreException("the database %s failed: %s".formatted(name, reason(e)), e);
    }

    /** The innermost reason in its first line: H2 goes on with the statement. */
    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    private static boolean hasCause(Throwable e, java.util.function.Predicate<SQLException> test) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && test.test(sql)) {
                return true;
            }
        }
        return false;
    }
}
