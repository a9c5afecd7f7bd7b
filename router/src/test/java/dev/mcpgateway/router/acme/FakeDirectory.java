package dev.mcpgateway.router.acme;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.router.certificate.Authorities;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Stands before pebble's directory, and answers some of its requests as pebble cannot. */
final class FakeDirectory implements AutoCloseable {
    private static final String PROBLEM = "application/problem+json";

    private final HttpServer server;
    private final List<String> renewalPaths = new CopyOnWriteArrayList<>();
    private final List<String> orders = new CopyOnWriteArrayList<>();
    private String directory;

    private FakeDirectory(String directory) throws IOException {
        this.directory = directory;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/dir", exchange -> answer(exchange, 200, "application/json", this.directory));
        server.start();
    }

    static FakeDirectory before(Pebble pebble) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("pebble", Authorities.read(pebble.caFile()).getFirst());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
            HttpRequest request = HttpRequest.newBuilder(pebble.directory()).build();
            return new FakeDirectory(
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        }
    }

    URI url() {
        return URI.create(base() + "/dir");
    }

    /** The paths at which it was asked when to renew. */
    List<String> renewalPaths() {
        return List.copyOf(renewalPaths);
    }

    /** @param retryAfter as the header says it */
    FakeDirectory limitOrders(String retryAfter) {
        server.createContext("/limited", exchange -> {
            exchange.getResponseHeaders().add("Retry-After", retryAfter);
            answer(exchange, 429, PROBLEM, """
                    {"type": "urn:ietf:params:acme:error:rateLimited", "detail": "too many certificates",
                     "subproblems": [{"type": "urn:ietf:params:acme:error:rateLimited", "detail": "one a week",
                       "identifier": {"type": "dns", "value": "many.example.com"}}]}
                    """);
        });
        return redirect("newOrder", "/limited");
    }

    /** Takes every order and finds it invalid, for a reason of its own. */
    FakeDirectory endOrders() {
        server.createContext("/ending", exchange -> {
            exchange.getResponseHeaders().add("Location", base() + "/ending/1");
            answer(exchange, 201, "application/json", """
                    {"status": "invalid", "identifiers": [], "authorizations": [], "finalize": "https://localhost/",
                     "error": {"type": "urn:ietf:params:acme:error:badCSR", "detail": "weak key"}}
                    """);
        });
        return redirect("newOrder", "/ending");
    }

    /** Refuses every order as one that replaces what it must not. */
    FakeDirectory refuseOrders() {
        server.createContext("/refusing", exchange -> {
            orders.add(payload(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            answer(
                    exchange,
                    409,
                    PROBLEM,
                    "{\"type\": \"urn:ietf:params:acme:error:alreadyReplaced\", \"detail\": \"replaced before\"}");
        });
        return redirect("newOrder", "/refusing");
    }

    /** The orders that were refused. */
    List<String> orders() {
        return List.copyOf(orders);
    }

    FakeDirectory overloaded(Duration retryAfter) {
        server.createContext("/overloaded", exchange -> {
            exchange.getResponseHeaders().add("Retry-After", Long.toString(retryAfter.toSeconds()));
            answer(exchange, 503, "text/html", "<h1>Busy</h1>");
        });
        return redirect("newOrder", "/overloaded");
    }

    FakeDirectory renewalWindow(Instant start, Duration length) {
        server.createContext("/renewal", exchange -> {
            renewalPaths.add(exchange.getRequestURI().getPath());
            exchange.getResponseHeaders().add("Retry-After", "21600");
            answer(
                    exchange,
                    200,
                    "application/json",
                    "{\"suggestedWindow\": {\"start\": \"%s\", \"end\": \"%s\"}}".formatted(start, start.plus(length)));
        });
        directory = directory.replaceFirst("\\{", "{\"renewalInfo\": \"" + base() + "/renewal\",");
        return this;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private FakeDirectory redirect(String resource, String path) {
        directory = directory.replaceFirst(
                "\"" + resource + "\":\\s*\"[^\"]*\"", "\"" + resource + "\": \"" + base() + path + "\"");
        return this;
    }

    private static String payload(String jws) {
        Matcher payload = Pattern.compile("\"payload\":\\s*\"([^\"]*)\"").matcher(jws);
        if (!payload.find()) {
            throw new AssertionError("no JWS: " + jws);
        }
        return new String(Base64.getUrlDecoder().decode(payload.group(1)), StandardCharsets.UTF_8);
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
