package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.Store.Subscription;
import dev.mcpgateway.storage.spi.RevocationCounters;
import dev.mcpgateway.storage.spi.RevocationFeed;
import dev.mcpgateway.storage.spi.RevocationText;
import java.lang.System.Logger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Revocations over LISTEN and NOTIFY, on a connection of its own from the first listener on. Each raises the one row of
 * table {@code revocation_counter} in its transaction, and its notification carries the number, so that a gap shows.
 */
final class PostgresRevocations implements Revocations {
    private static final Logger LOG = System.getLogger(PostgresRevocations.class.getName());

    /** Of the tables in one schema; those of another in the same database are another store. */
    private static final String CHANNEL =
            "CONCAT('gateway_revocation_', CAST(CAST('revocation_counter' AS REGCLASS) AS OID))";

    /** A notification carries the number and, after a space, the revocation: nothing if it is too long for one. */
    private static final String ANNOUNCE = """
            WITH raised AS (
                INSERT INTO revocation_counter (id, number) VALUES (1, 1)
                ON CONFLICT (id) DO UPDATE SET number = revocation_counter.number + 1
                RETURNING number)
            SELECT number, CAST(pg_notify(%s, CONCAT(number, ' ', ?)) AS VARCHAR) FROM raised""".formatted(CHANNEL);

    /** PostgreSQL takes less than 8000 bytes. */
    private static final int LONGEST_TEXT = 7_900;

    private static final String COUNTER = "revocation";
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(400);
    private static final Duration FIRST_ATTEMPT = Duration.ofSeconds(3);

    private final PostgresUrl url;
    private final RevocationFeed feed = new RevocationFeed();
    private final CountDownLatch attempted = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Not a virtual one, so that revocations do not wait behind busy requests. */
    private final Thread thread =
            Thread.ofPlatform().daemon().name("store-revocations").unstarted(this::run);

    private volatile @Nullable Connection listening;

    /** A loss is told once. */
    private Logger.Level level = Logger.Level.WARNING;

    PostgresRevocations(PostgresUrl url) {
        this.url = url;
    }

    @Override
    public void announce(Revocation revocation, Statements statements) {
        String text = RevocationText.of(revocation);
        boolean fits = url.hold(text).getBytes(StandardCharsets.UTF_8).length <= LONGEST_TEXT;
        statements.first(ANNOUNCE, row -> row.number(1), fits ? text : "");
    }

    /** Waits until revocations arrive, or it is known that they do not. */
    @Override
    public Subscription watch(RevocationListener listener) {
        start();
        try {
            if (!attempted.await(FIRST_ATTEMPT.toMillis(), TimeUnit.MILLISECONDS)) {
                feed.lost();
            }
        } catch (InterruptedException _) {
            // The listener hears how things are, now or later.
            feed.lost();
            Thread.currentThread().interrupt();
        }
        return feed.watch(listener);
    }

    private synchronized void start() {
        if (thread.getState() == Thread.State.NEW && closed.getCount() > 0) {
            thread.start();
        }
    }

    private void run() {
        try {
            do {
                listen();
                attempted.countDown();
            } while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            // Nobody else knows this thread, so this is the end of the program.
            Thread.currentThread().interrupt();
        }
    }

    /** Until the connection breaks, or the store is closed. */
    private void listen() {
        try (Connection connection = url.connectToListen();
                Statement statement = connection.createStatement()) {
            listening = connection;
            statement.execute("LISTEN \"" + text(statement, "SELECT " + CHANNEL) + "\"");
            deliver(connection.unwrap(PGConnection.class), statement);
        } catch (SQLException e) {
            if (closed.getCount() > 0) {
                LOG.log(level, "revocations do not arrive: {0}", url.explain(e));
                level = Logger.Level.DEBUG;
            }
        } finally {
            listening = null;
            feed.lost();
        }
    }

    private void deliver(PGConnection notifications, Statement statement) throws SQLException {
        var counters = new RevocationCounters();
        counters.compare(counter(statement));
        feed.restored();
        level = Logger.Level.WARNING;
        attempted.countDown();
        long nextCheck = System.nanoTime() + CHECK_INTERVAL.toNanos();
        while (closed.getCount() > 0) {
            long pause = TimeUnit.NANOSECONDS.toMillis(nextCheck - System.nanoTime());
            // Zero would be for ever.
            for (PGNotification notification : notifications.getNotifications((int) Math.max(1, pause))) {
                deliver(notification.getParameter(), counters);
            }
            if (System.nanoTime() - nextCheck >= 0) {
                // Also shows that the server is still there.
                if (!counters.compare(counter(statement))) {
                    feed.gap();
                }
                nextCheck = System.nanoTime() + CHECK_INTERVAL.toNanos();
            }
        }
    }

    private void deliver(String notification, RevocationCounters counters) {
        String[] parts = notification.split(" ", 2);
        try {
            if (!counters.delivered(COUNTER, Long.parseLong(parts[0]))) {
                feed.gap();
            }
            if (parts[1].isEmpty()) {
                feed.gap();
            } else {
                feed.deliver(RevocationText.parse(url.release(parts[1])));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // Whoever sent it meant something.
            LOG.log(Logger.Level.WARNING, "a notification of a revocation cannot be read", e);
            feed.gap();
        }
    }

    private static Map<String, Long> counter(Statement statement) throws SQLException {
        return Map.of(
                COUNTER, Long.parseLong(text(statement, "SELECT COALESCE(SUM(number), 0) FROM revocation_counter")));
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        attempted.countDown();
        Connection connection = listening;
        if (connection != null) {
            abort(connection);
        }
        feed.close();
    }

    /** Wakes the thread that reads from it. */
    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException _) {
            // It is of no further use, either way.
        }
    }
}
