package dev.mcpgateway.router.entrypoint;

import java.util.concurrent.TimeUnit;

/**
 * By when the next bytes of a client must have come. For the thread that reads; the clock is {@link System#nanoTime}.
 */
final class ReadDeadline {
    static final long NONE = Long.MAX_VALUE;

    private enum Phase {
        BETWEEN_REQUESTS,
        HEAD,
        BODY
    }

    private final ClientTimeouts timeouts;
    private Phase phase = Phase.BETWEEN_REQUESTS;
    private long headBegun;
    private long bodyWaited;
    private long bodyBytes;

    ReadDeadline(ClientTimeouts timeouts) {
        this.timeouts = timeouts;
    }

    /** @param begun whether bytes of the next request are here already */
    void awaitRequest(boolean begun, long now) {
        phase = begun ? Phase.HEAD : Phase.BETWEEN_REQUESTS;
        headBegun = now;
    }

    /** The head is complete: what comes now belongs to its body. */
    void awaitBody() {
        phase = Phase.BODY;
        bodyWaited = 0;
        bodyBytes = 0;
    }

    /** Nanoseconds that are left for the next bytes, not positive if there are none; {@link #NONE} without a bound. */
    long left(long now) {
        return switch (phase) {
            case BETWEEN_REQUESTS -> NONE;
            case HEAD -> timeouts.head().toNanos() - (now - headBegun);
            case BODY ->
                timeouts.bodyGrace().toNanos() + TimeUnit.SECONDS.toNanos(bodyBytes) / timeouts.bodyRate() - bodyWaited;
        };
    }

    void received(int bytes, long waited, long now) {
        switch (phase) {
            case BETWEEN_REQUESTS -> awaitRequest(true, now);
            case HEAD -> {} // more of it buys no time
            case BODY -> {
                bodyWaited += waited;
                bodyBytes += bytes;
            }
        }
    }
}
