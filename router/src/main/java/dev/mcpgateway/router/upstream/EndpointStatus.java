package dev.mcpgateway.router.upstream;

import java.time.Instant;

/**
 * How an endpoint is, at one moment.
 *
 * @param address as in {@link Endpoint#authority}
 * @param weight its share of the upstream's requests, while all goes well
 * @param inFlight requests that are not yet answered to the end; open streams of {@code GET} are not among them
 * @param streams event streams that a {@code GET} opened
 * @param requests sent to it, since the router knows it
 * @param failures those of them that found no connection, no answer in time, or no valid one
 * @param lastError in words, without anything that was sent; empty if nothing has failed
 * @param since when it came into this state; from {@code RETURNING} it slides into {@code HEALTHY}
 */
public record EndpointStatus(
        String address,
        State state,
        double weight,
        int inFlight,
        int streams,
        long requests,
        long failures,
        String lastError,
        Instant since) {
    /** Whether it gets new requests. */
    public enum State {
        HEALTHY,
        /** Its health check fails. */
        UNHEALTHY,
        /** It failed too many requests in a row. */
        EJECTED,
        /** It works again and gets a growing share. */
        RETURNING,
        /** Its weight is 0, or it is no longer behind its name; it finishes what it has. */
        DRAINING
    }
}
