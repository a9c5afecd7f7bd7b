package dev.mcpgateway.doctor.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits on this machine's loopback addresses for the browser to bring the answer of an authorization server. */
public final class LoopbackReceiver implements AutoCloseable {
    private static final byte[] PAGE = """
            <!doctype html><meta charset="utf-8"><title>MCP gateway doctor</title>
            <p>The answer has arrived. You can close this window and go back to the terminal.</p>
            """.getBytes(StandardCharsets.UTF_8);

    private final List<HttpServer> servers;
    private final String path;
    private final CompletableFuture<Map<String, String>> answer = new CompletableFuture<>();

    private LoopbackReceiver(List<HttpServer> servers, String path) {
        this.servers = servers;
        this.path = path;
    }

    /** @throws IOException if the port is taken */
    public static LoopbackReceiver open(URI redirectUri) throws IOException {
        List<HttpServer> servers = new ArrayList<>();
        servers.add(listen("127.0.0.1", redirectUri.getPort()));
        try {
            servers.add(listen("::1", redirectUri.getPort()));
        } catch (IOException _) {
            // without IPv6 here, browsers take the other address
        }
        LoopbackReceiver receiver = new LoopbackReceiver(servers, redirectUri.getRawPath());
        servers.forEach(server -> {
            server.createContext("/", receiver::receive);
            server.start();
        });
        return receiver;
    }

    private static HttpServer listen(String address, int port) throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), port), 0);
    }

    /** A port that is free now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void receive(HttpExchange exchange) throws IOException {
        Map<String, String> parameters = parameters(exchange.getRequestURI());
        boolean isAnswer = exchange.getRequestURI().getRawPath().equals(path)
                && (parameters.containsKey("code") || parameters.containsKey("error"));
        try (exchange) {
            if (!isAnswer) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
            exchange.sendResponseHeaders(200, PAGE.length);
            exchange.getResponseBody().write(PAGE);
        }
        answer.complete(parameters); // at last: whoever waits for it closes the server
    }

    private static Map<String, String> parameters(URI uri) {
        Map<String, String> parameters = new HashMap<>();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String parameter : query.split("&", -1)) {
            String[] parts = parameter.split("=", 2);
            parameters.put(decode(parts[0]), parts.length == 2 ? decode(parts[1]) : "");
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text; // not encoded as it should be: as it is
        }
    }

    /** The parameters of the answer; empty if none comes in this time. */
    public Optional<Map<String, String>> await(Duration patience) {
        try {
            return Optional.of(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it so", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
    }
}
