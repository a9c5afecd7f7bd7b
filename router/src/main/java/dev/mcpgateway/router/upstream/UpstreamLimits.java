package dev.mcpgateway.router.upstream;

import java.time.Duration;

/**
 * Bounds that hold for every upstream.
 *
 * @param connections per endpoint, in use or kept for reuse; an open event stream uses one
 * @param keepAlive how long an unused connection is kept: less than the 5 s after which common servers close theirs
 * @param headBytes of one answer, informational answers included
 * @param headers fields of one answer, and of its trailer section
 * @param trailerBytes after the last chunk
 */
public record UpstreamLimits(int connections, Duration keepAlive, int headBytes, int headers, int trailerBytes) {
    public static final UpstreamLimits DEFAULTS =
            new UpstreamLimits(8192, Duration.ofSeconds(4), 32 * 1024, 128, 8 * 1024);

    public UpstreamLimits {
        if (connections < 1 || keepAlive.isNegative() || headBytes < 1 || headers < 1 || trailerBytes < 2) {
            throw new IllegalArgumentException("Limits are positive; keepAlive may be zero for no reuse");
        }
    }
}
