package dev.mcpgateway.router.entrypoint;

import java.time.Duration;

/**
 * How long a client may keep the router waiting. No bound counts the time in which the router itself is busy, and none
 * bounds a whole answer: an event stream may last for ever.
 *
 * @param handshake for the whole TLS handshake
 * @param head for a request's line and header fields together, from their first byte
 * @param bodyGrace that a body is waited for before its rate counts
 * @param bodyRate bytes of a body per second of waiting, at least
 * @param stall for one write to be taken, which is 16 KiB at most
 * @param idle between requests
 */
public record ClientTimeouts(
        Duration handshake, Duration head, Duration bodyGrace, int bodyRate, Duration stall, Duration idle) {}
