package dev.mcpgateway.router.http2;

import java.time.Duration;

/** So many at once, and as many again each ten seconds. For one thread, but for {@link #earn}. */
final class Allowance {
    private static final double PERIOD_NANOS = Duration.ofSeconds(10).toNanos();

    private final int burst;
    private double left;
    private long last = System.nanoTime();

    Allowance(int burst) {
        this.burst = burst;
        this.left = burst;
    }

    /** @throws Http2Exception if nothing is left */
    synchronized void spend() throws Http2Exception {
        long now = System.nanoTime();
        left = Math.min(burst, left + burst * ((now - last) / PERIOD_NANOS));
        last = now;
        if (left < 1) {
            throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "Too many frames that carry nothing");
        }
        left--;
    }

    /** What we send may be answered. */
    synchronized void earn(int frames) {
        left = Math.min(burst, left + frames);
    }
}
