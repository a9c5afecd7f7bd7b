package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.lang.System.Logger;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Deletes what nobody can see any more, every minute and in small batches, so that it never holds a lock for long. It
 * leaves the rows alone that another sweeper, or a request, has locked.
 */
final class Sweeper implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Sweeper.class.getName());

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration LONGEST_BATCH = Duration.ofSeconds(10);
    private static final int BATCH = 200;

    /** So long after a revocation its grants are looked for. What it misses is dead all the same, and expires. */
    private static final Duration CLEANING_UP = Duration.ofDays(1);

    private static final List<Deletion> DELETIONS = List.of(
            Deletion.expired("login", "state_hash", "expires_at"),
            Deletion.expired("browser_session", "hash", "expires_at"),
            Deletion.expired("device", "user_code_hash", "expires_at"),
            Deletion.expired("code", "hash", "forget_at"),
            Deletion.expired("consent", "(user_id, client_id, redirect_host, resource)", "expires_at"),
            Deletion.expired("grants", "family_id", "ends_at"),
            Deletion.expired("client", "id", "expires_at"),
            Deletion.expired("account", "user_id", "expires_at"),
            Deletion.expired("revoked_family", "family_id", "expires_at"),
            Deletion.revoked("user_revocation", "user_id"),
            Deletion.revoked("client_revocation", "client_id"),
            Deletion.spent("user_revocation"),
            Deletion.spent("client_revocation"),
            Deletion.spent("forgotten_consents"));

    /**
     * A statement that deletes one batch.
     *
     * @param sql with {@link #LOCKING} where it has found its rows
     * @param table whose rows they are
     * @param moments how many parameters it has; each is the moment {@code age} ago
     */
    private record Deletion(String sql, String table, int moments, Duration age) {
        static final String LOCKING = "{locking}";

        /** Rows whose time has come. The outer condition is checked once more on the locked row. */
        static Deletion expired(String table, String key, String end) {
            String key1 = key.startsWith("(") ? key.substring(1, key.length() - 1) : key;
            return new Deletion(
                    "DELETE FROM " + table + " WHERE " + end + " <= ? AND " + key + " IN (SELECT " + key1 + " FROM "
                            + table + " WHERE " + end + " <= ? LIMIT " + BATCH + LOCKING + ")",
                    table,
                    2,
                    Duration.ZERO);
        }

        /** Grants that a recent marker has ended. */
        static Deletion revoked(String marker, String owner) {
            return new Deletion(
                    "DELETE FROM grants WHERE family_id IN (SELECT family_id FROM " + marker + " JOIN grants ON grants."
                            + owner + " = " + marker + "." + owner + " WHERE " + marker
                            + ".up_to > ? AND grants.created_at <= " + marker + ".up_to LIMIT " + BATCH + LOCKING + ")",
                    "grants",
                    1,
                    CLEANING_UP);
        }

        /** Markers that are older than whatever they could end. */
        static Deletion spent(String marker) {
            return new Deletion("DELETE FROM " + marker + " WHERE up_to <= ?", marker, 1, Grant.LONGEST_LIFETIME);
        }

        long run(Database database, long now) {
            long moment = EpochMillis.plus(now, age.negated());
            String locking = database.url().lockingWhatIsFree(table);
            return database.update(
                    sql.replace(LOCKING, locking),
                    Collections.nCopies(moments, moment).toArray());
        }
    }

    private final Database database;
    private final Clock clock;
    private final JdbcAuditStore audit;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    Sweeper(Database database, Clock clock, JdbcAuditStore audit) {
        this.database = database;
        this.clock = clock;
        this.audit = audit;
        thread = Thread.ofVirtual().name("store-sweeper").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    sweep();
                } catch (StoreException e) {
                    LOG.log(Logger.Level.WARNING, "expired records stay for another minute", e);
                }
            }
        } catch (InterruptedException _) {
            // Nobody else knows this thread, so this is the end of the program.
            Thread.currentThread().interrupt();
        }
    }

    /** One round over everything. */
    void sweep() {
        for (Deletion deletion : DELETIONS) {
            while (!isClosed() && deletion.run(database, clock.millis()) >= BATCH) {
                // There may be more of it.
            }
        }
        audit.trim();
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Waits for the batch that is under way. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(LONGEST_BATCH);
        } catch (InterruptedException _) {
            // The batch then fails or succeeds as a whole without us.
            Thread.currentThread().interrupt();
        }
    }
}
