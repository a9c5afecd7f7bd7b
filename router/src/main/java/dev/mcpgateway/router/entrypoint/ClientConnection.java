package dev.mcpgateway.router.entrypoint;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** The web server's connection, read through {@link ClientBytes} and a {@link RequestReader}. */
final class ClientConnection implements ConnectionContext {
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final ConnectionContext context;
    private final ConnectionGuard guard;
    private final ClientBytes bytes;
    private final RequestReader reader;

    ClientConnection(ConnectionContext context, ConnectionGuard guard, long maxChunkBytes) {
        this.context = context;
        this.guard = guard;
        this.bytes = new ClientBytes(context.serverSocket());
        this.reader = new RequestReader(bytes, maxChunkBytes);
    }

    ClientBytes bytes() {
        return bytes;
    }

    RequestReader requestReader() {
        return reader;
    }

    /**
     * Gives a client that is still sending the time to see its answer. To close at once would make its system throw the
     * answer away.
     */
    void linger() {
        guard.endOutput(context.remotePeer().address());
        bytes.dropFor(LINGER);
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public DataWriter dataWriter() {
        return context.dataWriter();
    }

    @Override
    public ListenerContext listenerContext() {
        return context.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return context.executor();
    }

    @Override
    public Router router() {
        return context.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
        return context.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
        return context.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
        return context.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return context.localPeer();
    }

    @Override
    public boolean isSecure() {
        return context.isSecure();
    }

    @Override
    public String socketId() {
        return context.socketId();
    }

    @Override
    public String childSocketId() {
        return context.childSocketId();
    }
}
