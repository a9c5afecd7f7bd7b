package dev.mcpgateway.router.entrypoint;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/** Gives each of the web server's connections a {@link ClientConnection} to read from. */
final class GuardedSelector implements ServerConnectionSelector {
    private final ServerConnectionSelector selector;
    private final ConnectionGuard guard;
    private final ConnectionLimits limits;

    GuardedSelector(ServerConnectionSelector selector, ConnectionGuard guard, ConnectionLimits limits) {
        this.selector = selector;
        this.guard = guard;
        this.limits = limits;
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
        return selector.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return selector.connection(new ClientConnection(context, guard.handshaken(context), limits));
    }
}
