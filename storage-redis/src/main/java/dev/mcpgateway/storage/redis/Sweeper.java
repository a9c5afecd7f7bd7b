package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.StoreException;
import java.lang.System.Logger;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Tidies up behind what has ended: every minute the indexes, and at once what others ask for. Redis drops expired
 * records by itself; what is left undone here costs memory, nothing else. Several sweepers do no harm.
 */
final class Sweeper implements Executor, AutoCloseable {
    private static final Logger LOG = System.getLogger(Sweeper.class.getName());

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration LONGEST_STEP = Duration.ofSeconds(5);
    private static final int BATCH = 200;
    private static final int MOST_TASKS = 10_000;

    private final Redis redis;
    private final Clock clock;
    private final GrantRows grants;
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>(MOST_TASKS);
    private final Thread thread;
    private volatile boolean closed;

    Sweeper(Redis redis, Clock clock, GrantRows grants) {
        this.redis = redis;
        this.clock = clock;
        this.grants = grants;
        thread = Thread.ofVirtual().name("store-sweeper").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Does it soon, or leaves it to expiry if there is too much to do. */
    @Override
    public void execute(Runnable task) {
        var _ = tasks.offer(task);
    }

    private void run() {
        try {
            long next = System.nanoTime() + INTERVAL.toNanos();
            while (!closed) {
                Runnable task = tasks.poll(next - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (task == null) {
                    next = System.nanoTime() + INTERVAL.toNanos();
                    task = this::sweep;
                }
                attempt(task);
            }
        } catch (InterruptedException _) {
            // Closed: what is left to do expires.
            Thread.currentThread().interrupt();
        }
    }

    private static void attempt(Runnable task) {
        try {
            task.run();
        } catch (StoreException e) {
            LOG.log(Logger.Level.DEBUG, "store.sweep state=failed", e);
        }
    }

    /** One round over everything. */
    void sweep() {
        for (Bucket bucket : Bucket.ALL) {
            while (!closed && sweepGrants(bucket) >= BATCH) {
                // There may be more of it.
            }
            while (!closed && sweepClients(bucket) >= BATCH) {
                // There may be more of it.
            }
        }
    }

    private int sweepGrants(Bucket bucket) {
        List<String> due = redis.run(Script.DUE.on(Keys.grantEnds(bucket), clock.millis(), BATCH))
                .texts();
        if (!due.isEmpty()) {
            List<Fields> rows = redis.read(due, Keys::grant).stream()
                    .filter(row -> !row.isEmpty())
                    .toList();
            grants.drop(rows);
            Set<String> gone = new HashSet<>(due);
            rows.forEach(row -> gone.remove(row.text("family_id")));
            if (!gone.isEmpty()) {
                redis.run(GrantRows.dropping(bucket, new ArrayList<>(gone)));
            }
        }
        return due.size();
    }

    private int sweepClients(Bucket bucket) {
        return redis.run(Script.SWEEP_CLIENTS.on(
                        List.of(Keys.clients(bucket), Keys.clientEnds(bucket)), clock.millis(), BATCH))
                .texts()
                .size();
    }

    /** Waits for the step that is under way. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(LONGEST_STEP);
        } catch (InterruptedException _) {
            // The step then ends without us.
            Thread.currentThread().interrupt();
        }
    }
}
