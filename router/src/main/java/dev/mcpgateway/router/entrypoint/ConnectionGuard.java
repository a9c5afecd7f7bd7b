package dev.mcpgateway.router.entrypoint;

import io.helidon.common.socket.SocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
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
        open.add(socket);
    }

    void forgetClosed() {
        open.removeIf(Socket::isClosed);
    }

    int openConnections() {
        forgetClosed();
        return open.size();
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
