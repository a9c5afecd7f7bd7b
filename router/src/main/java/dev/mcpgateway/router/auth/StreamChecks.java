package dev.mcpgateway.router.auth;

import java.time.Duration;

/**
 * How open streams are looked after.
 *
 * @param interval between two questions about a stream while revocations cannot be heard of
 * @param grace how long a stream goes on while the verify service cannot say whether it may
 */
public record StreamChecks(Duration interval, Duration grace) {
    public static final StreamChecks DEFAULTS = new StreamChecks(Duration.ofSeconds(60), Duration.ofMinutes(5));
}
