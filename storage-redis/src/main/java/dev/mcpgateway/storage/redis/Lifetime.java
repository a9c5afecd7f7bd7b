package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** How long Redis is to keep a record. What counts is the moment in the record; Redis only cleans up after it. */
final class Lifetime {
    /** So long a grant stays behind its end, for the sweeper to find the indexes that name it. */
    static final Duration MARGIN = Duration.ofDays(1);

    private static final long LONGEST = Duration.ofDays(36_525).toMillis();

    private Lifetime() {}

    /** In milliseconds, at least one. */
    static long until(Instant end, Clock clock) {
        return until(EpochMillis.of(end), clock);
    }

    static long until(long end, Clock clock) {
        long now = clock.millis();
        return end <= now ? 1 : end >= now + LONGEST ? LONGEST : end - now;
    }

    /** Of a marker that ends what was made up to this moment: as long as any of it could have lived. */
    static long ofMarker(Instant upTo, Clock clock) {
        return until(EpochMillis.plus(EpochMillis.of(upTo), Grant.LONGEST_LIFETIME), clock);
    }

    static long withMargin(long end, Clock clock) {
        return until(end, clock) + MARGIN.toMillis();
    }
}
