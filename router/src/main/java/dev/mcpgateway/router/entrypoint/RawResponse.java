package dev.mcpgateway.router.entrypoint;

import io.helidon.common.GenericType;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.http.spi.Sink;

/** The web server's way to answer with bytes of our own. Closing tells the server that the answer was sent. */
final class RawResponse implements Sink<byte[]> {
    static final GenericType<RawResponse> TYPE = GenericType.create(RawResponse.class);

    private final ClientConnection connection;
    private final Runnable sent;

    RawResponse(ClientConnection connection, Runnable sent) {
        this.connection = connection;
        this.sent = sent;
    }

    ClientConnection connection() {
        return connection;
    }

    /** Writes all of it to the socket before it returns. */
    @Override
    public RawResponse emit(byte[] bytes) {
        connection.dataWriter().writeNow(BufferData.create(bytes));
        return this;
    }

    @Override
    public void close() {
        sent.run();
    }
}
