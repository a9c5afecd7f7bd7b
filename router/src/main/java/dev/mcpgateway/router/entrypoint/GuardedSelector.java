package dev.mcpgateway.router.entrypoint;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;

/** Gives each of the web server's connections a {@link ClientConnection} to read from. */
final class GuardedSelector implements ServerConnectionSelector {
    private static final String HTTP_2 = "h2";
    /** By which certificate authorities look at a host's certificate and say nothing more (RFC 8737). */
    private static final String ACME = "acme-tls/1";

    private final ServerConnectionSelector selector;
    private final ConnectionGuard guard;
    private final ConnectionLimits limits;
    private final TrustedProxies proxies;
    private final Function<ClientConnection, ServerConnection> http2;

    GuardedSelector(
            ServerConnectionSelector selector,
            ConnectionGuard guard,
            ConnectionLimits limits,
            TrustedProxies proxies,
            Function<ClientConnection, ServerConnection> http2) {
        this.selector = selector;
        this.guard = guard;
        this.limits = limits;
        this.proxies = proxies;
        this.http2 = http2;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return selector.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return selector.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        Set<String> protocols = new LinkedHashSet<>(selector.supportedApplicationProtocols());
        if (limits.streams() > 0) {
            protocols.add(HTTP_2);
        }
        protocols.add(ACME);
        return protocols;
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        ClientConnection client = new ClientConnection(context, guard.handshaken(context), limits, proxies);
        HelidonSocket socket = context.serverSocket();
        String protocol = socket.protocolNegotiated() ? socket.protocol() : "";
        return switch (protocol) {
            case HTTP_2 -> http2.apply(client);
            case ACME -> throw new CloseConnectionException("The certificate was all that was asked for");
            default -> selector.connection(client);
        };
    }
}
