package dev.mcpgateway.router.middleware;

import dev.mcpgateway.settings.Rate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the requests of each client against an average and a burst. For each client it remembers only when the request
 * after its last would be due if all came evenly (the generic cell rate algorithm). It remembers the
 * {@value #MAX_CLIENTS} clients that came last. Thread safe.
 */
final class RateLimiter {
    static final int MAX_CLIENTS = 100_000;

    private final Duration interval;
    private final Duration tolerance;
    private final Clock clock;
    private final Map<String, Instant> dueByClient = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MAX_CLIENTS;
        }
    };

    /** @param average of at least one */
    RateLimiter(Rate average, int burst, Clock clock) {
        this.interval = average.period().dividedBy(average.count());
        this.tolerance = interval.multipliedBy(burst - 1L);
        this.clock = clock;
    }

    /** Counts a request. Zero if it may pass, else the time after which the next one may; it does not count then. */
    synchronized Duration count(String client) {
        Instant now = clock.instant();
        Instant due = dueByClient.getOrDefault(client, now);
        Duration wait = Duration.between(now.plus(tolerance), due);
        if (wait.isPositive()) {
            return wait;
        }
        dueByClient.put(client, (due.isBefore(now) ? now : due).plus(interval));
        return Duration.ZERO;
    }
}
