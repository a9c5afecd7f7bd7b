package dev.mcpgateway.router.upstream;

import java.time.Duration;

/**
 * How long each step of an exchange may take. All but {@code connect} and {@code head} may be zero, which means without
 * limit.
 *
 * @param connect until there is a connection: waiting for a free one, resolving the name and trying its addresses
 * @param head from the last byte of the request to the last byte of the answer's head; also how long a peer that does
 *     not read may hold up one write
 * @param idle silence between two pieces of the answer's body
 * @param whole from the call to the last byte of the answer's body
 */
public record UpstreamTimeouts(Duration connect, Duration head, Duration idle, Duration whole) {
    /** For MCP servers: tools may think for minutes, and event streams have no end. */
    public static final UpstreamTimeouts DEFAULTS =
            new UpstreamTimeouts(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ZERO);

    public UpstreamTimeouts {
        if (!connect.isPositive() || !head.isPositive() || idle.isNegative() || whole.isNegative()) {
            throw new IllegalArgumentException("Time-outs are positive; idle and whole may be zero for no limit");
        }
    }
}
