package dev.mcpgateway.router.entrypoint;

import io.helidon.common.socket.SocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds the open connections of an entry point. The web server's own bound loses a place with every TLS handshake that
 * fails, so the guard counts sockets itself. It is called with each accepted socket as if to set its options.
 */
final class ConnectionGuard implements SocketOptions {
    private static final int RECEIVE_BUFFER_BYTES = 64 * 1024;

    private final SocketOptions options = SocketOptions.builder()
            .tcpNoDelay(true)
            .socketReceiveBufferSize(RECEIVE_BUFFER_BYTES)
            .build();
    private final Map<SocketAddress, Socket> open = new ConcurrentHashMap<>();
    private final int maxConnections;

    ConnectionGuard(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    /** @throws UncheckedIOException to have the web server close the socket */
    @Override
    public void configureSocket(Socket socket) {
        if (open.size() >= maxConnections) {
            forgetClosed();
        }
        if (open.size() >= maxConnections) {
            throw new UncheckedIOException(new IOException("Too many connections"));
        }
        options.configureSocket(socket);
        open.put(socket.getRemoteSocketAddress(), socket);
    }

    void forgetClosed() {
        open.values().removeIf(Socket::isClosed);
    }

    /** Tells a client that nothing more will be sent to it, while what it sends can still be read. */
    void endOutput(SocketAddress client) {
        Socket socket = open.get(client);
        try {
            if (socket != null) {
                socket.shutdownOutput();
            }
        } catch (IOException _) {
            // it is closed already, which says the same
        }
    }

    @Override
    public Map<SocketOption<?>, Object> socketOptions() {
        return options.socketOptions();
    }

    @Override
    public Duration connectTimeout() {
        return options.connectTimeout();
    }

    @Override
    public Duration readTimeout() {
        return options.readTimeout();
    }

    @Override
    public Optional<Integer> socketReceiveBufferSize() {
        return options.socketReceiveBufferSize();
    }

    @Override
    public Optional<Integer> socketSendBufferSize() {
        return options.socketSendBufferSize();
    }

    @Override
    public boolean socketReuseAddress() {
        return options.socketReuseAddress();
    }

    @Override
    public boolean socketKeepAlive() {
        return options.socketKeepAlive();
    }

    @Override
    public boolean tcpNoDelay() {
        return options.tcpNoDelay();
    }
}
