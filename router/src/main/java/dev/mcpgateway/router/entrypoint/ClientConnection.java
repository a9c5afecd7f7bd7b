package dev.mcpgateway.router.entrypoint;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** The web server's connection, read through {@link ClientBytes} and a {@link RequestReader}. */
final class ClientConnection implements ConnectionContext {
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final ConnectionContext context;
    private final ClientSocket socket;
    private final InetAddress client;
    private final String serverName;
    private final ClientBytes bytes;
    private final RequestReader reader;
    private final DataWriter writer;

    /** @throws CloseConnectionException if it should begin with a PROXY header and does not */
    ClientConnection(ConnectionContext context, ClientSocket socket, ConnectionLimits limits, TrustedProxies proxies) {
        this.context = context;
        this.socket = socket;
        this.serverName = socket.serverName();
        this.bytes = new ClientBytes(context.serverSocket(), socket, limits.timeouts());
        this.reader = new RequestReader(bytes, limits.bodyBytes());
        this.writer = new WatchedWriter(context.dataWriter(), socket);
        boolean plainHeader = proxies.proxyProtocol() && !context.isSecure() && proxies.contains(socket.peer());
        this.client = plainHeader ? readHeader() : socket.client();
    }

    private InetAddress readHeader() {
        PrefixReader prefix = new PrefixReader(bytes);
        try {
            InetAddress told = ProxyProtocol.read(prefix).orElse(socket.peer());
            bytes.unread(prefix.rest());
            return told;
        } catch (IOException | RequestException e) {
            throw new CloseConnectionException("There is no PROXY header", e);
        }
    }

    /** Whose connection it is, whoever passes it on. */
    InetAddress client() {
        return client;
    }

    /** The host that the client named in its handshake, in lower case; empty if it named none. */
    String serverName() {
        return serverName;
    }

    /**
     * What the client has shown in its handshake, its own certificate first; empty if nothing. Nobody has checked it.
     */
    List<X509Certificate> certificates() {
        return socket.certificates();
    }

    ClientBytes bytes() {
        return bytes;
    }

    /** Takes the line of the request whose head was read; what is read from now on is its body. */
    String takeRequestLine() {
        bytes.deadline().awaitBody();
        return reader.takeRequestLine();
    }

    /** What is read from now on is the next request. */
    void awaitRequest() {
        bytes.deadline().awaitRequest(reader.available() > 0, System.nanoTime());
    }

    /**
     * Gives a client that is still sending the time to see its answer. To close at once would make its system throw the
     * answer away.
     */
    void linger() {
        socket.endOutput();
        bytes.dropFor(LINGER);
    }

    void close() {
        socket.close();
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public DataWriter dataWriter() {
        return writer;
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
