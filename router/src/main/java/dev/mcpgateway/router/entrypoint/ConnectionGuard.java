package dev.mcpgateway.router.entrypoint;

import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;

/**
 * Bounds the open connections of an entry point and cuts those that keep it waiting. The web server's own bound loses a
 * place with every TLS handshake that fails, so the guard counts sockets itself. It is called with each accepted socket
 * as if to set its options.
 */
final class ConnectionGuard implements SocketOptions {
    private static final int RECEIVE_BUFFER_BYTES = 64 * 1024;
    private static final Duration SLOW_HANDSHAKE = Duration.ofSeconds(1);
    private static final Duration HANDSHAKE_WAIT = Duration.ofMillis(50);
    /** After a sweep, for each connection that it looked at. */
    private static final Duration SWEEP_PAUSE = Duration.ofNanos(10_000);

    /** A connection as long as it is open. */
    private record Peers(SocketAddress client, SocketAddress listener) {}

    private final SocketOptions options = SocketOptions.builder()
            .tcpNoDelay(true)
            .socketReceiveBufferSize(RECEIVE_BUFFER_BYTES)
            .build();
    private final Map<Peers, ClientSocket> open = new ConcurrentHashMap<>();
    private final Map<ClientNetwork, Integer> perNetwork = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong lastSweep = new AtomicLong(System.nanoTime());
    private final ConnectionLimits limits;
    private final Semaphore handshakes;

    ConnectionGuard(ConnectionLimits limits) {
        this.limits = limits;
        this.handshakes = new Semaphore(limits.handshakes());
    }

    /** @throws UncheckedIOException to have the web server close the socket */
    @Override
    public void configureSocket(Socket socket) {
        ClientNetwork network = ClientNetwork.of(socket.getInetAddress());
        if (!hasRoom(network)) {
            forgetClosedNowAndThen();
            if (!hasRoom(network)) {
                throw refusal("Too many connections");
            }
        }
        boolean tls = socket instanceof SSLSocket;
        if (tls && !beginHandshake()) {
            throw refusal("Too many handshakes");
        }
        options.configureSocket(socket);
        count.incrementAndGet();
        perNetwork.merge(network, 1, Integer::sum);
        Peers peers = new Peers(socket.getRemoteSocketAddress(), socket.getLocalSocketAddress());
        ClientSocket previous = open.put(peers, new ClientSocket(socket, tls));
        if (previous != null) {
            forget(previous);
        }
    }

    /** The socket of a connection whose handshake is done. */
    ClientSocket handshaken(ConnectionContext context) {
        Peers peers =
                new Peers(context.remotePeer().address(), context.localPeer().address());
        ClientSocket client = open.get(peers);
        if (client == null) {
            throw new CloseConnectionException("The connection was closed meanwhile");
        }
        endHandshake(client);
        return client;
    }

    /** Cuts connections that took too long, and forgets those that are closed. */
    void sweep() {
        long now = System.nanoTime();
        lastSweep.set(now);
        open.forEach((peers, client) -> {
            if (client.isClosed()) {
                if (open.remove(peers, client)) {
                    forget(client);
                }
            } else if (client.handshakeNanos(now)
                            > limits.timeouts().handshake().toNanos()
                    || client.writeNanos(now) > limits.timeouts().stall().toNanos()) {
                client.cut();
            }
        });
    }

    private boolean hasRoom(ClientNetwork network) {
        return count.get() < limits.connections()
                && perNetwork.getOrDefault(network, 0) < limits.connectionsPerClient();
    }

    /** Looking at all of them for each client that is refused would itself be a way to keep us busy. */
    private void forgetClosedNowAndThen() {
        if (System.nanoTime() - lastSweep.get() > SWEEP_PAUSE.toNanos() * open.size()) {
            sweep();
        }
    }

    private void forget(ClientSocket client) {
        endHandshake(client);
        count.decrementAndGet();
        perNetwork.computeIfPresent(ClientNetwork.of(client.address()), (_, number) -> number > 1 ? number - 1 : null);
    }

    /**
     * Where there is no place, one that has waited long for its client gives way; those that are busy are waited for.
     */
    private boolean beginHandshake() {
        if (handshakes.tryAcquire()) {
            return true;
        }
        long now = System.nanoTime();
        open.values().stream()
                .filter(client -> client.handshakeNanos(now) > SLOW_HANDSHAKE.toNanos())
                .max(Comparator.comparingLong(client -> client.handshakeNanos(now)))
                .ifPresent(slowest -> {
                    slowest.cut();
                    endHandshake(slowest);
                });
        try {
            return handshakes.tryAcquire(HANDSHAKE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the listener is stopping
            return false;
        }
    }

    private void endHandshake(ClientSocket client) {
        if (client.endHandshake()) {
            handshakes.release();
        }
    }

    private static UncheckedIOException refusal(String why) {
        return new UncheckedIOException(new IOException(why));
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
