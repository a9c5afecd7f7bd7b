package dev.mcpgateway.router.upstream;

import java.time.Duration;

/**
 * How the requests of one upstream are spread over its endpoints.
 *
 * @param maxRequests in flight per endpoint; further ones wait
 * @param maxWaiting how many requests of the upstream may wait for a free endpoint; 0 for none
 * @param maxWait how long each of them may
 * @param health how each endpoint is asked for it
 * @param ejection when an endpoint that fails requests is left alone
 * @param affinity whether the requests of a session go to the endpoint that opened it
 */
public record Balancing(
        Policy policy,
        int maxRequests,
        int maxWaiting,
        Duration maxWait,
        HealthCheck health,
        Ejection ejection,
        boolean affinity) {
    /** For {@link #maxRequests}: only the number of connections is bounded. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /** Without health checks. */
    public static final Balancing DEFAULTS = new Balancing(
            Policy.LEAST_REQUESTS, UNBOUNDED, 100, Duration.ofSeconds(5), HealthCheck.NONE, Ejection.DEFAULTS, true);

    /** Which endpoint is next. */
    public enum Policy {
        /** Of two endpoints picked at random, by weight, the one with fewer requests in flight for its weight. */
        LEAST_REQUESTS,
        /** One after the other, as often as their weights say, evenly interleaved. */
        ROUND_ROBIN
    }

    /**
     * When an endpoint is left alone, and how it comes back.
     *
     * @param after so many failures in a row: no connection, no answer, or no valid one
     * @param time the first time; twice as long each time it fails again before it has returned
     * @param maxTime at most
     * @param returnTime during which it gets a growing share of requests after it has answered again; may be zero
     */
    public record Ejection(int after, Duration time, Duration maxTime, Duration returnTime) {
        public static final Ejection DEFAULTS =
                new Ejection(3, Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ofSeconds(10));

        public Ejection {
            if (after < 1 || !time.isPositive() || maxTime.compareTo(time) < 0 || returnTime.isNegative()) {
                throw new IllegalArgumentException("An ejection follows a failure and lasts a time up to its maximum");
            }
        }
    }

    public Balancing {
        if (maxRequests < 1 || maxWaiting < 0 || !maxWait.isPositive()) {
            throw new IllegalArgumentException("Bounds are positive; maxWaiting may be 0");
        }
    }
}
