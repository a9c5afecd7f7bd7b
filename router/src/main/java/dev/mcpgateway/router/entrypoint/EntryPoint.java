package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.certificate.ServerTls;
import dev.mcpgateway.router.http2.Http2Stream;
import dev.mcpgateway.router.upstream.HeaderList;
import io.helidon.common.tls.Tls;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/** Listens on one port of one or several addresses and hands every request to a {@link Handler}. */
public final class EntryPoint implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EntryPoint.class.getName());
    private static final HeaderList RETRY_SOON = HeaderList.of("Retry-After", "1");
    private static final int RECEIVE_BUFFER_BYTES = 64 * 1024;
    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);
    private static final List<String> TLS_PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    private static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    static {
        // A client could otherwise keep an old connection busy with handshakes that no bound sees.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private final ConnectionLimits limits;
    private final TrustedProxies proxies;
    private final Handler handler;
    private final ConnectionGuard guard;
    private final List<WebServer> servers = new ArrayList<>();
    private final Set<ClientExchange> exchanges = ConcurrentHashMap.newKeySet();
    private final Set<Http2ServerConnection> http2Connections = ConcurrentHashMap.newKeySet();
    private final RequestPlaces requests;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean draining;

    private EntryPoint(
            ConnectionLimits limits, TrustedProxies proxies, BooleanSupplier asksForCertificates, Handler handler) {
        this.limits = limits;
        this.proxies = proxies;
        this.handler = handler;
        this.guard = new ConnectionGuard(limits, proxies, asksForCertificates);
        this.requests = new RequestPlaces(limits.requests(), limits.connectionsPerClient());
    }

    /**
     * Starts listening for HTTPS.
     *
     * @throws CannotListenException if an address or the port is not to be had
     */
    public static EntryPoint openHttps(
            ListenAddress listen, ServerTls tls, ConnectionLimits limits, TrustedProxies proxies, Handler handler) {
        EntryPoint entryPoint = new EntryPoint(limits, proxies, tls::asksForCertificates, handler);
        return entryPoint.open(listen, Optional.of(entryPoint.tls(tls.context(entryPoint.guard::beforeSigning))));
    }

    /**
     * Starts listening for plain HTTP.
     *
     * @throws CannotListenException if an address or the port is not to be had
     */
    public static EntryPoint openHttp(
            ListenAddress listen, ConnectionLimits limits, TrustedProxies proxies, Handler handler) {
        return new EntryPoint(limits, proxies, () -> false, handler).open(listen, Optional.empty());
    }

    private SSLContext tls(SSLContext context) {
        return proxies.proxyProtocol() ? new ProxiedTls(context, guard::accepted, proxies) : context;
    }

    private EntryPoint open(ListenAddress listen, Optional<SSLContext> tls) {
        try {
            for (InetSocketAddress address : listen.probe()) {
                listen(listen, address, tls);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        Thread.ofVirtual().name("entrypoint-watch").start(this::watchUntilClosed);
        return this;
    }

    /** The port that it listens on. */
    public int port() {
        return servers.getFirst().port();
    }

    /** Stops accepting, lets requests in flight finish for the drain time, ends endless ones, then cuts the rest. */
    @Override
    public void close() {
        draining = true;
        exchanges.forEach(ClientExchange::drain);
        http2Connections.forEach(Http2ServerConnection::drain);
        List<Thread> stopping = servers.stream()
                .map(server -> Thread.ofPlatform().start(server::stop))
                .toList();
        for (Thread thread : stopping) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // whoever waits for us has given up; the servers stop anyway
            }
        }
        closed.countDown();
    }

    private void listen(ListenAddress listen, InetSocketAddress address, Optional<SSLContext> tls) {
        WebServerConfig.Builder config = WebServer.builder()
                .address(address.getAddress())
                .port(address.getPort())
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .addConnectionSelector(new GuardedSelector(http1(), guard, limits, proxies, this::http2))
                .connectionOptions(guard)
                .putListenerSocketOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .putListenerSocketOption(StandardSocketOptions.SO_REUSEADDR, true)
                .maxPayloadSize(-1) // RequestReader bounds chunks, ClientBody bodies
                .idleConnectionTimeout(limits.timeouts().idle())
                .idleConnectionPeriod(limits.timeouts().idle().dividedBy(4))
                .shutdownGracePeriod(limits.drain())
                .contentEncoding(ContentEncodingContext.builder()
                        .contentEncodingsDiscoverServices(false)
                        .build())
                .directHandlers(EarlyRefusals.handlers())
                .routing(HttpRouting.builder().addFilter((_, request, response) -> serve(request, response)));
        tls.ifPresent(context -> config.tls(Tls.builder()
                .sslContext(context)
                .enabledProtocols(TLS_PROTOCOLS)
                .enabledCipherSuites(CIPHER_SUITES)
                .build()));
        WebServer server = config.build().start();
        if (server.port() == -1) {
            throw listen.cannotListen(address.getAddress().getHostAddress(), address.getPort(), null);
        }
        servers.add(server);
    }

    /** What the web server would validate is validated by {@link RequestHead}, which sees the bytes as they came. */
    private Http1ConnectionSelector http1() {
        return Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .maxPrologueLength(limits.targetBytes())
                        .maxHeadersSize(limits.headerBytes())
                        .validateRequestHeaders(false)
                        .validatePrologue(false)
                        .validatePath(false)
                        .continueImmediately(false)
                        .receiveLog(false)
                        .sendLog(false)
                        .buildPrototype())
                .build();
    }

    private ServerConnection http2(ClientConnection client) {
        Http2ServerConnection connection = new Http2ServerConnection(client, limits, stream -> serve(client, stream));
        http2Connections.add(connection);
        return connection.whenEnded(() -> http2Connections.remove(connection));
    }

    private void serve(RoutingRequest request, RoutingResponse response) {
        RawResponse raw = response.sink(RawResponse.TYPE);
        ClientStream stream = new Http1Stream(raw);
        String requestLine = raw.connection().takeRequestLine();
        serve(
                stream,
                raw.connection().client(),
                () -> RequestHead.parse(requestLine, request.headers(), stream.isSecure() ? "https" : "http"),
                _ -> request.content().inputStream());
    }

    private void serve(ClientConnection connection, Http2Stream http2) {
        serve(
                new Http2ClientStream(connection, http2),
                connection.client(),
                () -> Http2Head.parse(http2),
                head -> Http2ClientStream.body(http2, head));
    }

    /** How the head of a request is read. */
    private interface HeadReader {
        RequestHead read() throws RefusedRequest;
    }

    private void serve(
            ClientStream stream, InetAddress peer, HeadReader reader, Function<RequestHead, InputStream> source) {
        String requestId = RequestId.next();
        RequestHead head;
        ClientAddress client;
        try {
            RequestHead received = reader.read();
            client = ClientAddress.of(peer, stream.isSecure(), received.headers(), proxies);
            head = client.authority() == null ? received : received.withAuthority(client.authority());
        } catch (RefusedRequest refusal) {
            refuse(stream, peer, refusal, requestId);
            return;
        }
        ClientNetwork network = ClientNetwork.of(InetAddress.ofLiteral(client.address()));
        if (!requests.enter(network)) {
            refuse(
                    stream,
                    peer,
                    RefusedRequest.malformed(503, "busy", "The gateway is busy; try again", RETRY_SOON),
                    requestId);
            return;
        }
        ClientBody body = new ClientBody(() -> source.apply(head), head.bodyBytes());
        ClientExchange exchange = new ClientExchange(stream, head, client, body, requestId, () -> draining);
        exchanges.add(exchange);
        if (stream.isReadAlways()) {
            exchange.watchClient();
        }
        try {
            handle(exchange);
        } finally {
            exchanges.remove(exchange);
            requests.leave(network);
        }
        exchange.finish();
    }

    private void handle(ClientExchange exchange) {
        try {
            handler.handle(exchange);
        } catch (RefusedRequest refusal) {
            answer(exchange, refusal);
        } catch (IOException _) {
            // The client has left or the answer broke off, both beyond repair: finish() closes the connection.
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "entrypoint event=failed request_id=" + exchange.requestId(), e);
            answer(exchange, RefusedRequest.of(500, "internal_error", "The gateway failed; its log says why"));
        }
    }

    private static void answer(ClientExchange exchange, RefusedRequest refusal) {
        if (exchange.status() == 0) {
            try {
                exchange.answer(refusal);
            } catch (IOException _) {
                // nobody is left to hear it
            }
        }
    }

    /** The connection ends after it, where requests share it only one after the other. */
    private void refuse(ClientStream stream, InetAddress peer, RefusedRequest refusal, String requestId) {
        handler.refused(requestId, peer.getHostAddress(), refusal.status());
        byte[] body = refusal.body(requestId);
        HeaderList headers = HeaderList.builder()
                .addAll(refusal.headers())
                .add("Content-Type", "application/json")
                .add("Cache-Control", "no-store")
                .add("X-Content-Type-Options", "nosniff")
                .add("X-Request-Id", requestId)
                .add("Content-Length", Integer.toString(body.length))
                .build();
        try {
            stream.send(new AnswerHead(refusal.status(), headers, false, true), body, 0, body.length, true);
        } catch (IOException _) {
            // nobody is left to hear it
        }
        stream.finish(true, true, ClientBody.unread());
    }

    /** Looks after exchanges that take long, whose clients may have left, and after connections that stall. */
    private void watchUntilClosed() {
        try {
            while (!closed.await(WATCH_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                exchanges.forEach(ClientExchange::watchClient);
                guard.sweep();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }
}
