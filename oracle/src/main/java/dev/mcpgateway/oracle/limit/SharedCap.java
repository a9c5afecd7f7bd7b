package dev.mcpgateway.oracle.limit;

import dev.mcpgateway.settings.Rate;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** A bound on what all may do together, of which one network gets at most a tenth. Thread-safe. */
public final class SharedCap {
    private static final int SHARES = 10;

    private final RateLimit all;
    private final RateLimit byNetwork;

    public SharedCap(Rate rate, Clock clock) {
        this.all = new RateLimit(rate, clock);
        this.byNetwork = new RateLimit(new Rate(Math.ceilDiv(rate.count(), SHARES), rate.period()), clock);
    }

    /** As {@link RateLimit#acquire}, for a network. */
    public Optional<Duration> acquire(String network) {
        Optional<Duration> own = byNetwork.acquire(network);
        return own.isPresent() ? own : all.acquire("");
    }
}
