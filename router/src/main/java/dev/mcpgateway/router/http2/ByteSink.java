package dev.mcpgateway.router.http2;

import java.io.IOException;

/** The way to a client. Called by one thread at a time. */
public interface ByteSink {
    /** Writes all of it before it returns. */
    void write(byte[] bytes) throws IOException;

    /**
     * Writes nothing more, and drops for a while what a client still sends: to close at once would make its system
     * throw away what was written. Called by the thread that reads.
     */
    void linger();

    /** Closes the connection, after what was written. */
    void close();
}
