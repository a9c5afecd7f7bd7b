package dev.mcpgateway.router.entrypoint;

import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocket;

/**
 * Bounds the open connections of an entry point and cuts those that keep it waiting. The web server's own bound loses a
 * place with every TLS handshake that fails, so the guard counts sockets itself. It is called with each accepted socket
 * as if to set its options.
 */
final class ConnectionGuard implements SocketOptions {
    private static final int RECEIVE_BUFFER_BYTES = 64 * 1024;
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
    private final TrustedProxies proxies;
    private final Map<Socket, ProxiedSocket> accepted = new ConcurrentHashMap<>();
    private final HandshakeGate handshakes;
    private final BooleanSupplier asksForCertificates;

    /** @param asksForCertificates whether clients are asked for one at this moment */
    ConnectionGuard(ConnectionLimits limits, TrustedProxies proxies, BooleanSupplier asksForCertificates) {
        this.asksForCertificates = asksForCertificates;
        this.limits = limits;
        this.proxies = proxies;
        this.handshakes = new HandshakeGate(limits.handshakes());
    }

    /** @throws UncheckedIOException to have the web server close the socket */
    @Override
    public void configureSocket(Socket socket) {
        ProxiedSocket proxied = accepted.remove(socket);
        ClientNetwork network = ClientNetwork.of(socket.getInetAddress());
        if (!hasRoom(socket.getInetAddress(), network)) {
            forgetClosedNowAndThen();
            if (!hasRoom(socket.getInetAddress(), network)) {
                throw new UncheckedIOException(new IOException("Too many connections"));
            }
        }
        options.configureSocket(socket);
        if (socket instanceof SSLSocket tls && asksForCertificates.getAsBoolean()) {
            tls.setWantClientAuth(true);
        }
        count.incrementAndGet();
        perNetwork.merge(network, 1, Integer::sum);
        Peers peers = new Peers(socket.getRemoteSocketAddress(), socket.getLocalSocketAddress());
        ClientSocket previous = open.put(peers, new ClientSocket(socket, proxied));
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
        client.endHandshake(handshakes);
        return client;
    }

    /** Called for a socket whose handshake comes to its first costly step. */
    void beforeSigning(Socket socket) {
        handshakes.enter(socket);
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

    /** A listener has accepted a connection over which TLS is laid. */
    void accepted(Socket socket, ProxiedSocket proxied) {
        accepted.put(socket, proxied);
    }

    private boolean hasRoom(InetAddress client, ClientNetwork network) {
        return count.get() < limits.connections()
                && (proxies.contains(client) || perNetwork.getOrDefault(network, 0) < limits.connectionsPerClient());
    }

    /** Looking at all of them for each client that is refused would itself be a way to keep us busy. */
    private void forgetClosedNowAndThen() {
        if (System.nanoTime() - lastSweep.get() > SWEEP_PAUSE.toNanos() * open.size()) {
            sweep();
        }
    }

    private void forget(ClientSocket client) {
        client.endHandshake(handshakes);
        count.decrementAndGet();
        perNetwork.computeIfPresent(ClientNetwork.of(client.peer()), (_, number) -> number > 1 ? number - 1 : null);
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
