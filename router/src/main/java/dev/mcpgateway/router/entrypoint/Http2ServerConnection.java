package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.http2.ByteSink;
import dev.mcpgateway.router.http2.ByteSource;
import dev.mcpgateway.router.http2.Http2Connection;
import dev.mcpgateway.router.http2.Http2Limits;
import dev.mcpgateway.router.http2.StreamHandler;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.spi.ServerConnection;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** A connection of the web server that speaks HTTP/2. */
final class Http2ServerConnection implements ServerConnection, InterruptableTask<Void> {
    private final ClientConnection client;
    private final Http2Connection connection;
    private Runnable whenEnded = () -> {};

    Http2ServerConnection(ClientConnection client, ConnectionLimits limits, StreamHandler handler) {
        this.client = client;
        ClientTimeouts timeouts = limits.timeouts();
        this.connection = new Http2Connection(
                (ByteSource) this::read,
                new Sink(),
                new Http2Limits(
                        limits.streams(),
                        limits.headerBytes(),
                        limits.emptyFrames(),
                        limits.resets(),
                        timeouts.head(),
                        timeouts.bodyGrace(),
                        timeouts.bodyRate(),
                        timeouts.stall(),
                        timeouts.idle()),
                handler);
    }

    /** @param action called once, when it has ended */
    Http2ServerConnection whenEnded(Runnable action) {
        this.whenEnded = action;
        return this;
    }

    @Override
    public void handle(Limit limit) {
        try {
            connection.serve();
        } finally {
            whenEnded.run();
        }
    }

    @Override
    @Deprecated
    @SuppressWarnings("removal") // the server calls it only where the method above is missing
    public void handle(Semaphore requests) {
        throw new UnsupportedOperationException("Replaced by handle(Limit)");
    }

    /** It watches over that itself. */
    @Override
    public Duration idleTime() {
        return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
        drain();
    }

    /** Takes no more requests; returns at once. */
    void drain() {
        Thread.ofVirtual().name("http2-drain").start(connection::drain);
    }

    @Override
    public boolean canInterrupt() {
        return connection.isIdle();
    }

    private byte[] read(long nanos) throws IOException {
        try {
            return client.bytes().get(nanos);
        } catch (RequestException _) {
            throw new SocketTimeoutException("The client sends nothing");
        } catch (CloseConnectionException _) {
            throw new EOFException("The client has left");
        }
    }

    private final class Sink implements ByteSink {
        @Override
        public void write(byte[] bytes) throws IOException {
            try {
                client.dataWriter().writeNow(BufferData.create(bytes));
            } catch (UncheckedIOException e) {
                throw new IOException("The client has left", e);
            }
        }

        @Override
        public void linger() {
            client.linger();
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
