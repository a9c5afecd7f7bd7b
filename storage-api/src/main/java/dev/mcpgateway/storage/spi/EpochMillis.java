package dev.mcpgateway.storage.spi;

import java.time.Duration;
import java.time.Instant;

/** Instants as stores keep them: milliseconds since 1970, cut off, ending at the ends of a {@code long}. */
public final class EpochMillis {
    private EpochMillis() {}

    public static long of(Instant instant) {
        try {
            return instant.toEpochMilli();
        } catch (ArithmeticException _) {
            // Too far away for a long, as Instant.MAX is.
            return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    public static long plus(long millis, Duration duration) {
        try {
            return Math.addExact(millis, duration.toMillis());
        } catch (ArithmeticException _) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
