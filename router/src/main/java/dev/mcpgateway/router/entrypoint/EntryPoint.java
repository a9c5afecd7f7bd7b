package dev.mcpgateway.router.entrypoint;

import io.helidon.common.tls.Tls;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
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
import javax.net.ssl.SSLContext;

/** Listens on one port of one or several addresses and hands every request to a {@link Handler}. */
public final class EntryPoint implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EntryPoint.class.getName());
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
    private final Handler handler;
    private final ConnectionGuard guard;
    private final List<WebServer> servers = new ArrayList<>();
    private final Set<ClientExchange> exchanges = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean draining;

    private EntryPoint(ConnectionLimits limits, Handler handler) {
        this.limits = limits;
        this.handler = handler;
        this.guard = new ConnectionGuard(limits);
    }

    /**
     * Starts listening for HTTPS.
     *
     * @throws CannotListenException if an address or the port is not to be had
     */
    public static EntryPoint openHttps(ListenAddress listen, SSLContext tls, ConnectionLimits limits, Handler handler) {
        return open(listen, Optional.of(tls), limits, handler);
    }

    /**
     * Starts listening for plain HTTP.
     *
     * @throws CannotListenException if an address or the port is not to be had
     */
    public static EntryPoint openHttp(ListenAddress listen, ConnectionLimits limits, Handler handler) {
        return open(listen, Optional.empty(), limits, handler);
    }

    private static EntryPoint open(
            ListenAddress listen, Optional<SSLContext> tls, ConnectionLimits limits, Handler handler) {
        EntryPoint entryPoint = new EntryPoint(limits, handler);
        try {
            for (InetSocketAddress address : listen.probe()) {
                entryPoint.listen(listen, address, tls);
            }
        } catch (RuntimeException e) {
            entryPoint.close();
            throw e;
        }
        Thread.ofVirtual().name("entrypoint-watch").start(entryPoint::watchUntilClosed);
        return entryPoint;
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
                .addConnectionSelector(new GuardedSelector(http1(), guard, limits))
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

    private void serve(RoutingRequest request, RoutingResponse response) {
        RawResponse raw = response.sink(RawResponse.TYPE);
        String requestId = RequestId.next();
        String requestLine = raw.connection().takeRequestLine();
        RequestHead head;
        try {
            head = RequestHead.parse(
                    requestLine, request.headers(), raw.connection().isSecure() ? "https" : "http");
        } catch (RefusedRequest refusal) {
            refuse(raw, refusal, requestId);
            throw new CloseConnectionException("The request was malformed");
        }
        ClientBody body = new ClientBody(() -> request.content().inputStream(), head.bodyBytes());
        ClientExchange exchange =
                new ClientExchange(raw, head, body, remoteAddress(request), requestId, () -> draining);
        exchanges.add(exchange);
        try {
            handle(exchange);
        } finally {
            exchanges.remove(exchange);
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

    private static void refuse(RawResponse raw, RefusedRequest refusal, String requestId) {
        byte[] body = refusal.body(requestId);
        byte[] head = AnswerHead.of(refusal.status(), refusal.headers())
                .add("Content-Type", "application/json")
                .add("Cache-Control", "no-store")
                .add("X-Content-Type-Options", "nosniff")
                .add("X-Request-Id", requestId)
                .add("Content-Length", Integer.toString(body.length))
                .add("Connection", "close")
                .bytes();
        byte[] answer = new byte[head.length + body.length];
        System.arraycopy(head, 0, answer, 0, head.length);
        System.arraycopy(body, 0, answer, head.length, body.length);
        try {
            raw.emit(answer);
        } catch (UncheckedIOException _) {
            // nobody is left to hear it
        }
        raw.close();
        raw.connection().linger();
    }

    private static String remoteAddress(RoutingRequest request) {
        return request.remotePeer().address() instanceof InetSocketAddress address && address.getAddress() != null
                ? address.getAddress().getHostAddress().replaceFirst("%.*", "")
                : "";
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
