package dev.mcpgateway.router.docker;

import dev.mcpgateway.router.upstream.UpstreamException;
import dev.mcpgateway.router.upstream.UpstreamResponse;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lists the running containers: at once, whenever something happened to one, whenever the stream of events was opened
 * (what happened before was not heard), and every so often. Its listener is called by one thread. Closing it ends that.
 */
public final class ContainerWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ContainerWatch.class.getName());

    /** Between two lists at least: a project that starts has many events at once. */
    private static final Duration SETTLE = Duration.ofMillis(200);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final int PIECE_BYTES = 8192;

    private final DockerApi api;
    private final Duration interval;
    private final Listener listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Semaphore happened = new Semaphore(0);
    private final AtomicReference<UpstreamResponse> open = new AtomicReference<>();

    /** Told of every list. */
    public interface Listener {
        /** These run now. */
        void listed(List<Container> containers);

        /** @param problem why nobody knows what runs now */
        void unknown(String problem);
    }

    private ContainerWatch(DockerApi api, Duration interval, Listener listener) {
        this.api = api;
        this.interval = interval;
        this.listener = listener;
    }

    /** @param interval after which containers are listed again although nothing was heard */
    public static ContainerWatch start(DockerApi api, Duration interval, Listener listener) {
        ContainerWatch watch = new ContainerWatch(api, interval, listener);
        Thread.ofVirtual().name("docker-containers").start(watch::listUntilClosed);
        Thread.ofVirtual().name("docker-events").start(watch::hearUntilClosed);
        return watch;
    }

    @Override
    public void close() {
        closed.countDown();
        happened.release();
        UpstreamResponse response = open.get();
        if (response != null) {
            response.cancel();
        }
    }

    private void listUntilClosed() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!isClosed()) {
                boolean known = list();
                pause = known ? FIRST_PAUSE : longer(pause);
                Duration next = known || pause.compareTo(interval) > 0 ? interval : pause;
                boolean _ = happened.tryAcquire(next.toMillis(), TimeUnit.MILLISECONDS);
                boolean _ = closed.await(SETTLE.toMillis(), TimeUnit.MILLISECONDS);
                happened.drainPermits();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }

    private boolean list() {
        try {
            List<Container> containers = api.containers();
            if (!isClosed()) {
                listener.listed(containers);
            }
            return true;
        } catch (IOException | RuntimeException e) {
            if (!isClosed()) {
                listener.unknown(e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString());
            }
            return false;
        }
    }

    private void hearUntilClosed() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = hear() ? FIRST_PAUSE : longer(pause);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }

    /** Until the stream is lost; false if there was none. */
    private boolean hear() {
        boolean heard = false;
        try (UpstreamResponse response = api.events()) {
            open.set(response);
            heard = true;
            happened.release();
            InputStream events = response.body();
            byte[] piece = new byte[PIECE_BYTES];
            while (!isClosed() && events.read(piece) != -1) {
                happened.release();
            }
        } catch (UpstreamException.TimedOut e) {
            LOG.log(Level.DEBUG, "docker event=silence reason=\"{0}\"", e.getMessage());
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    Level.DEBUG,
                    "docker event=stream-lost effect=\"containers are listed every so often\" reason=\"{0}\"",
                    e.getMessage());
        } finally {
            open.set(null);
        }
        return heard;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }
}
