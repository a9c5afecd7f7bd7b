package dev.mcpgateway.storage.spi;

import dev.mcpgateway.storage.StoreException;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands between callers and a store. It lets a few of them ask at a time and the others wait for a second; once the
 * store is away, it answers for it at once, and asks after it five times a second until it is back. Thread-safe.
 */
public final class Circuit implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Circuit.class.getName());

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(200);

    private final String store;
    private final Semaphore callers;
    private final Predicate<RuntimeException> away;
    private final Runnable probe;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Why the circuit is open; null while it is not. */
    private volatile @Nullable RuntimeException reason;

    /** How often the store has come back. */
    private volatile long returns;

    /**
     * A circuit that lets calls through.
     *
     * @param store its name, for messages; without credentials
     * @param callers how many may ask at the same time
     * @param away tells of a failed call whether the store is away (no connection, no answer in time), in contrast to
     *     one that answered with a refusal
     * @param probe asks the store a question that costs next to nothing; throws if there is no answer, within a second
     *     or so
     */
    public Circuit(String store, int callers, Predicate<RuntimeException> away, Runnable probe) {
        this.store = store;
        this.callers = new Semaphore(callers, true);
        this.away = away;
        this.probe = probe;
    }

    /**
     * Asks the question, or does not. Must not be called from within a question.
     *
     * @throws StoreException at once while the store is away, after a second if too many others are asking
     */
    public <T> T call(Supplier<T> question) {
        refuseWhileAway();
        enter();
        long before = returns;
        try {
            // The store may have gone while this caller waited.
            refuseWhileAway();
            return question.get();
        } catch (RuntimeException e) {
            if (away.test(e)) {
                open(e, before);
            }
            throw e;
        } finally {
            callers.release();
        }
    }

    private void refuseWhileAway() {
        RuntimeException since = reason;
        if (since != null) {
            throw new StoreException(store + " is away; it is asked again as soon as it answers", since);
        }
    }

    private void enter() {
        try {
            if (!callers.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoreException(store + " is asked more than it can answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while waiting for " + store, e);
        }
    }

    /** A call that was begun before the store came back says nothing of how it is now. */
    private synchronized void open(RuntimeException failure, long before) {
        if (reason == null && before == returns && closed.getCount() > 0) {
            reason = failure;
            LOG.log(Logger.Level.WARNING, "a store is away: {0}", failure.getMessage());
            // Callers that try again and again could keep a virtual thread from running.
            Thread.ofPlatform().daemon().name("store-probe").start(this::probe);
        }
    }

    private void probe() {
        try {
            while (!answers()) {
                if (closed.await(PROBE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            recover();
        } catch (InterruptedException _) {
            // Nobody else knows this thread, so this is the end of the program.
            Thread.currentThread().interrupt();
        }
    }

    private boolean answers() {
        try {
            probe.run();
            return true;
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.DEBUG, () -> store + " is still away: " + e.getMessage());
            return false;
        }
    }

    private synchronized void recover() {
        returns++;
        reason = null;
        LOG.log(Logger.Level.INFO, "{0} is back", store);
    }

    /** Stops asking after a store that is away. Calls are answered as before. */
    @Override
    public void close() {
        closed.countDown();
    }
}
