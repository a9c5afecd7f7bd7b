package dev.mcpgateway.router.entrypoint;

import java.time.Duration;

/**
 * What one client or all of them together may take.
 *
 * @param connections open at once on one entry point
 * @param connectionsPerClient of them, and requests at once, from one network: an IPv4 address, or the first 64 bits of
 *     an IPv6 address
 * @param handshakes of TLS under way at once
 * @param streams requests at once on one connection; 0 for no HTTP/2
 * @param emptyFrames frames on one HTTP/2 connection that carry nothing, in ten seconds
 * @param resets of streams on one HTTP/2 connection, in ten seconds
 * @param requests at once on one entry point
 * @param targetBytes of a request line
 * @param headerBytes of all header lines of a request
 * @param bodyBytes of a request; also the longest chunk
 * @param drain how long requests may take to finish when the entry point closes
 */
public record ConnectionLimits(
        int connections,
        int connectionsPerClient,
        int handshakes,
        int streams,
        int emptyFrames,
        int resets,
        int requests,
        int targetBytes,
        int headerBytes,
        long bodyBytes,
        ClientTimeouts timeouts,
        Duration drain) {}
