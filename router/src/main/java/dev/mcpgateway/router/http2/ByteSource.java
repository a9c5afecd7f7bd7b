package dev.mcpgateway.router.http2;

import java.io.IOException;

/** What a client sends. */
@FunctionalInterface
public interface ByteSource {
    /** To wait for ever. */
    long NO_LIMIT = Long.MAX_VALUE;

    /**
     * The next bytes, at least one.
     *
     * @param nanos how long to wait
     * @throws java.net.SocketTimeoutException if none came in time; may be called again then
     * @throws IOException if the client has left
     */
    byte[] read(long nanos) throws IOException;
}
