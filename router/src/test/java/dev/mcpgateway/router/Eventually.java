package dev.mcpgateway.router;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens soon on another thread. */
final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Eventually() {}

    static void holds(BooleanSupplier condition) {
        within(PATIENCE, condition);
    }

    static void within(Duration time, BooleanSupplier condition) {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not happen within " + time);
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
