package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one connection, both ways. Used by one thread at a time, except {@link #close}. */
interface Transport {
    /** What comes before the first byte of a request, such as a TLS handshake. Waits until somebody closes it. */
    void begin() throws IOException;

    /**
     * What has come, at least one byte, or -1 at the end.
     *
     * @param timeoutMillis 0 for as long as it takes; may be exceeded unless {@link #timesReads}
     * @throws java.net.SocketTimeoutException if the time passes
     */
    int read(byte[] target, int offset, int length, int timeoutMillis) throws IOException;

    /** Whether a read ends by itself when its time has passed. If not, somebody else has to close the connection. */
    boolean timesReads();

    /** Whether an end of what comes is taken on trust as everywhere without TLS, or was announced. */
    boolean tellsItsEnd();

    /** Some of the bytes, or all. The buffer's position tells what may have reached the socket. */
    void write(ByteBuffer bytes) throws IOException;

    /** Whether it is open and nothing has come that was not read. Does not wait. */
    boolean isQuiet();

    boolean isOpen();

    /** At once, whoever uses it. */
    void close();
}
