package dev.mcpgateway.router.upstream;

import java.time.Duration;

/**
 * How each endpoint of an upstream is asked for its health.
 *
 * @param interval between two checks of one endpoint; an eighth of it while a change is only suspected
 * @param timeout of one check
 * @param unhealthyAfter so many failures in a row
 * @param healthyAfter so many successes in a row
 */
public record HealthCheck(Probe probe, Duration interval, Duration timeout, int unhealthyAfter, int healthyAfter) {
    /** What is asked. */
    public sealed interface Probe {
        /** Nothing: only the requests tell. */
        record None() implements Probe {}

        /** Whether it takes a connection; not asked while it answers requests. */
        record Connect() implements Probe {}

        /** Whether a {@code GET} is answered with a status from 200 to 399. */
        record Get(String path) implements Probe {
            public Get {
                if (!HttpGrammar.isOriginForm(path)) {
                    throw new IllegalArgumentException("The path of a health check starts with / and is visible ASCII");
                }
            }
        }
    }

    /** No checks. */
    public static final HealthCheck NONE =
            new HealthCheck(new Probe.None(), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);

    public HealthCheck {
        if (!interval.isPositive() || !timeout.isPositive() || unhealthyAfter < 1 || healthyAfter < 1) {
            throw new IllegalArgumentException("The times and counts of a health check are positive");
        }
    }
}
