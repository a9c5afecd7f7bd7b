package dev.mcpgateway.router.http2;

import java.time.Duration;

/**
 * What one connection may take.
 *
 * @param streams at once, those included that the client gave up and that are still being cleared away
 * @param headerBytes of a header block, compressed, and of a header list as RFC 9113, section 6.5.2 counts it
 * @param frames that carry nothing, such as PING, SETTINGS or an empty DATA, at once; as many again each ten seconds
 * @param resets of streams at once, whoever caused them; as many again each ten seconds
 * @param head for a header block to come, from its first byte, and for any other frame
 * @param bodyGrace that a body is waited for before its rate counts
 * @param bodyRate bytes of a body per second of waiting, at least
 * @param stall for the client to make room for the next piece of an answer
 * @param idle without any stream
 */
public record Http2Limits(
        int streams,
        int headerBytes,
        int frames,
        int resets,
        Duration head,
        Duration bodyGrace,
        int bodyRate,
        Duration stall,
        Duration idle) {}
