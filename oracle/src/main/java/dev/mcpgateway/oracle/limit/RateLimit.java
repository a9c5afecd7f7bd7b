package dev.mcpgateway.oracle.limit;

import dev.mcpgateway.settings.Rate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lets so many pass in a time, for each key by itself: a burst of all of them at once, and then one after the other as
 * the time goes by. It keeps one moment for each key, and of a bounded number of keys; which are forgotten first are
 * those that have waited longest. Each oracle counts for itself. Thread-safe.
 */
public final class RateLimit {
    private static final int MAX_KEYS = 100_000;

    private final Duration interval;
    private final Duration burst;
    private final boolean limited;
    private final Clock clock;

    /** When all that has passed will be made up for. */
    private final Map<String, Instant> debts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MAX_KEYS;
        }
    };

    /** @param rate of zero does not limit */
    public RateLimit(Rate rate, Clock clock) {
        this.limited = rate.count() > 0;
        this.interval = limited ? rate.period().dividedBy(rate.count()) : Duration.ZERO;
        this.burst = rate.period();
        this.clock = clock;
    }

    /**
     * Takes one.
     *
     * @return how long to wait if there is none left; then nothing was taken
     */
    public synchronized Optional<Duration> acquire(String key) {
        if (!limited) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Instant debt = debts.get(key);
        Instant next = (debt == null || debt.isBefore(now) ? now : debt).plus(interval);
        Duration wait = Duration.between(now.plus(burst), next);
        if (wait.isPositive()) {
            return Optional.of(wait);
        }
        debts.put(key, next);
        return Optional.empty();
    }
}
