package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Deletes in the background what has expired, in batches small enough that nobody waits for them. */
final class Sweeper implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Sweeper.class.getName());
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int BATCH = 500;

    /** What is deleted, by the index of its expiry; each takes now and the size of a batch. */
    private static final List<String> EXPIRED = List.of(
            deletion("clients", "id", "expires_at"),
            deletion("logins", "state_hash", "expires_at"),
            deletion("codes", "hash", "remembered_until"),
            deletion("grants", "family_id", "idle_expires_at"),
            "DELETE FROM revocation_markers WHERE (subject, id) IN"
                    + " (SELECT subject, id FROM revocation_markers WHERE expires_at <= ? LIMIT ?)",
            "DELETE FROM consents WHERE (user_id, client_id, redirect_host, resource) IN"
                    + " (SELECT user_id, client_id, redirect_host, resource FROM consents WHERE expires_at <= ? LIMIT ?)");

    private final Database database;
    private final Clock clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private Sweeper(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("store-sweeper").unstarted(this::sweepUntilClosed);
    }

    static Sweeper start(Database database, Clock clock) {
        Sweeper sweeper = new Sweeper(database, clock);
        sweeper.thread.start();
        return sweeper;
    }

    /** Deletes all that has expired by now. */
    static void sweep(Database database, Instant now) {
        for (String statement : EXPIRED) {
            long deleted;
            do {
                deleted = database.run(sql -> sql.update(statement, now, BATCH));
            } while (deleted == BATCH);
        }
        long newest = database.run(
                        sql -> sql.find("SELECT COALESCE(MAX(id), 0) FROM audit_events", row -> row.number(1)))
                .orElse(0L);
        database.run(sql -> sql.update("DELETE FROM audit_events WHERE id <= ?", newest - AuditStore.CAPACITY));
    }

    /** Waits for the batch that is being deleted; interrupting it would close the database file under it. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // whoever is in such a hurry need not wait
        }
    }

    private void sweepUntilClosed() {
        try {
            while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    sweep(database, clock.instant());
                } catch (StoreException e) {
                    LOGGER.log(System.Logger.Level.WARNING, "sweeping what has expired failed, will try again", e);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }

    private static String deletion(String table, String key, String expiry) {
        return "DELETE FROM " + table + " WHERE " + key + " IN (SELECT " + key + " FROM " + table + " WHERE " + expiry
                + " <= ? ORDER BY " + expiry + " LIMIT ?)";
    }
}
