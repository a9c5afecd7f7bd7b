package dev.mcpgateway.router.entrypoint;

import java.time.Duration;

/**
 * What one client or all of them together may take.
 *
 * @param connections open at once on one address of an entry point
 * @param targetBytes of a request line
 * @param headerBytes of all header lines of a request
 * @param bodyBytes of a request; also the longest chunk
 * @param idle how long a connection is kept between requests
 * @param drain how long requests may take to finish when the entry point closes
 */
public record ConnectionLimits(
        int connections, int targetBytes, int headerBytes, long bodyBytes, Duration idle, Duration drain) {}
