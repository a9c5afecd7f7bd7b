package dev.mcpgateway.router.forward;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps silent event streams alive. */
public final class KeepAlive implements AutoCloseable {
    private final Duration silence;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param silence after which a comment is sent; zero for none */
    public KeepAlive(Duration silence) {
        this.silence = silence;
        if (silence.isPositive()) {
            Thread.ofVirtual().name("stream-keep-alive").start(this::tickUntilClosed);
        }
    }

    void add(EventStream stream) {
        if (silence.isPositive()) {
            streams.add(stream);
        }
    }

    void remove(EventStream stream) {
        streams.remove(stream);
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void tickUntilClosed() {
        try {
            while (!closed.await(Math.max(1, silence.toMillis() / 4), TimeUnit.MILLISECONDS)) {
                // On threads of their own: a client that does not read holds up a write.
                streams.forEach(stream -> Thread.ofVirtual().name("keep-alive").start(() -> stream.keepAlive(silence)));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }
}
