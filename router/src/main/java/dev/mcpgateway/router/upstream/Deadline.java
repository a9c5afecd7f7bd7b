package dev.mcpgateway.router.upstream;

import java.time.Duration;

/** A point on the monotonic clock by which something is over; possibly never. */
record Deadline(boolean never, long nanoTime) {
    static final Deadline NEVER = new Deadline(true, 0);

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** @param timeout zero for never */
    static Deadline after(Duration timeout) {
        return timeout.isZero() ? NEVER : new Deadline(false, System.nanoTime() + timeout.toNanos());
    }

    Deadline orEarlier(Deadline other) {
        if (never || other.never) {
            return never ? other : this;
        }
        return nanoTime - other.nanoTime <= 0 ? this : other;
    }

    /** Halfway between now and then. */
    Deadline half() {
        return never ? this : new Deadline(false, nanoTime - Math.max(0, nanoTime - System.nanoTime()) / 2);
    }

    boolean isOver() {
        return !never && nanoTime - System.nanoTime() <= 0;
    }

    /** Rounded up, at least 1; 0 for never, as sockets understand it. */
    int millisLeft() {
        if (never) {
            return 0;
        }
        long millis = (nanoTime - System.nanoTime() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        return Math.clamp(millis, 1, Integer.MAX_VALUE);
    }
}
