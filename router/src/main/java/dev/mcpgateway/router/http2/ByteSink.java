package dev.mcpgateway.router.http2;

import java.io.IOException;

/** The way to a client. Called by one thread at a time. */
public interface ByteSink {
    /** Writes all of it before it returns. */
    void write(byte[] bytes) throws IOException;

    /** Closes the connection, after what was written. */
    void close();
}
