package dev.mcpgateway.doctor.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * A small gateway with one service that does everything right, until a test spoils an answer. Written from the
 * specifications; it shares nothing with ours.
 */
public final class FakeGateway implements AutoCloseable {
    /** What a GET of the service does once its head is to be sent. */
    @FunctionalInterface
    public interface EventSource {
        void write(HttpExchange exchange) throws IOException;
    }

    private final HttpsServer https;
    private final HttpServer http;
    private final Map<String, UnaryOperator<Reply>> spoilt = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final Map<String, String> successors = new ConcurrentHashMap<>();
    private final Set<String> live = ConcurrentHashMap.newKeySet();
    private final Set<String> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger counter = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile EventSource stream = FakeGateway::prompt;

    private FakeGateway(HttpsServer https, HttpServer http) {
        this.https = https;
        this.http = http;
    }

    public static FakeGateway start(SSLContext tls) {
        try {
            InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            HttpsServer https = HttpsServer.create(free, 0);
            https.setHttpsConfigurator(new HttpsConfigurator(tls));
            FakeGateway gateway = new FakeGateway(https, HttpServer.create(free, 0));
            for (HttpServer server : List.of(https, gateway.http)) {
                server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
                server.createContext("/", gateway::handle);
                server.start();
            }
            return gateway;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without a slash at the end. */
    public String origin() {
        return "https://localhost:" + https.getAddress().getPort();
    }

    public URI service() {
        return URI.create(origin() + "/mcp");
    }

    public int httpPort() {
        return http.getAddress().getPort();
    }

    /** {@code METHOD path} of every request, in order. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Who registered and was not deleted. */
    public Set<String> clients() {
        return Set.copyOf(clients);
    }

    /** @param request such as {@code POST /mcp}; over plain HTTP {@code http GET /mcp} */
    public FakeGateway spoil(String request, UnaryOperator<Reply> fault) {
        spoilt.put(request, fault);
        return this;
    }

    public void streams(EventSource changed) {
        stream = changed;
    }

    @Override
    public void close() {
        https.stop(0);
        http.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
            requests.add(request);
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean isClear = exchange.getHttpContext().getServer().equals(http);
            Reply reply = isClear ? redirect(exchange) : answer(exchange, body);
            Reply spoiled = spoilt.getOrDefault((isClear ? "http " : "") + request, UnaryOperator.identity())
                    .apply(reply);
            if (spoiled.status() == 200
                    && spoiled.headers().getOrDefault("Content-Type", "").equals("text/event-stream")) {
                spoiled.headers().forEach(exchange.getResponseHeaders()::set);
                stream.write(exchange);
                return;
            }
            send(exchange, spoiled);
        }
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /** A comment at once, an event soon after, and open until the client is gone. */
    private static void prompt(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        for (int i = 0; i < 100; i++) {
            out.write(": here\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            pause(100);
        }
    }

    /** Takes time, as servers and networks do. */
    public static void pause(int millis) {
        LockSupport.parkNanos(millis * 1_000_000L);
    }

    private Reply redirect(HttpExchange exchange) {
        return Reply.empty(308).with("Location", origin() + exchange.getRequestURI());
    }

    private Reply answer(HttpExchange exchange, String body) {
        String path = exchange.getRequestURI().getRawPath();
        String method = exchange.getRequestMethod();
        boolean isPreflight = method.equals("OPTIONS")
                && exchange.getRequestHeaders().getFirst("Access-Control-Request-Method") != null;
        if (path.startsWith("/authorize")) {
            return page(query(exchange.getRequestURI().getRawQuery()));
        }
        Reply reply = isPreflight
                ? Reply.empty(204)
                        .with("Access-Control-Allow-Methods", "GET, POST, DELETE")
                        .with(
                                "Access-Control-Allow-Headers",
                                exchange.getRequestHeaders().getFirst("Access-Control-Request-Headers"))
                : route(method, path, exchange, body);
        return reply.with("Access-Control-Allow-Origin", "*")
                .with("Access-Control-Expose-Headers", "WWW-Authenticate, Mcp-Session-Id");
    }

    private Reply route(String method, String path, HttpExchange exchange, String body) {
        return switch (path) {
            case "/mcp" -> mcp(method, exchange, body);
            case "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp" -> resource();
            case "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration" -> server();
            case "/jwks" ->
                Reply.json(
                        200, "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"1\",\"crv\":\"P-256\",\"x\":\"x\",\"y\":\"y\"}]}");
            case "/register" -> register(body);
            case "/approve" -> approve(query(exchange.getRequestURI().getRawQuery()));
            case "/token" -> token(query(body));
            case "/revoke" -> revoke(query(body).getOrDefault("token", ""));
            default ->
                path.startsWith("/register/") && method.equals("DELETE")
                        ? Reply.empty(clients.remove(path.substring("/register/".length())) ? 204 : 401)
                        : Reply.json(404, "{}");
        };
    }

    private Reply mcp(String method, HttpExchange exchange, String body) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null || !live.contains(authorization.replaceFirst("Bearer ", ""))) {
            String error = authorization == null ? "" : "error=\"invalid_token\", ";
            return Reply.json(401, "{\"error\":\"unauthorized\"}")
                    .with(
                            "WWW-Authenticate",
                            "Bearer %sscope=\"mcp\", resource_metadata=\"%s/.well-known/oauth-protected-resource/mcp\""
                                    .formatted(error, origin()));
        }
        return switch (method) {
            case "GET" -> new Reply(200, Map.of("Content-Type", "text/event-stream"), "");
            case "DELETE" -> Reply.empty(204);
            default ->
                body.contains("initialize\"")
                        ? Reply.json(200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}")
                                .with("Mcp-Session-Id", "s1")
                        : Reply.empty(202);
        };
    }

    private Reply resource() {
        return Reply.json(200, """
                {"resource":"%s/mcp","authorization_servers":["%s"],"scopes_supported":["mcp"],\
                "bearer_methods_supported":["header"]}""".formatted(origin(), origin()));
    }

    private Reply server() {
        return Reply.json(200, """
                {"issuer":"ORIGIN","authorization_endpoint":"ORIGIN/authorize","token_endpoint":"ORIGIN/token",\
                "registration_endpoint":"ORIGIN/register","revocation_endpoint":"ORIGIN/revoke",\
                "jwks_uri":"ORIGIN/jwks","scopes_supported":["mcp","offline_access"],\
                "response_types_supported":["code"],"grant_types_supported":["authorization_code","refresh_token"],\
                "code_challenge_methods_supported":["S256"],"token_endpoint_auth_methods_supported":["none"],\
                "authorization_response_iss_parameter_supported":true}""".replace("ORIGIN", origin()));
    }

    private Reply register(String body) {
        JsonObject metadata = Json.createReader(new StringReader(body)).readObject();
        boolean isGood = metadata.getJsonArray("redirect_uris").getValuesAs(text -> text.toString()).stream()
                .allMatch(uri -> uri.matches("\"(https://.*|cursor://.*|http://(localhost|127\\.0\\.0\\.1)[:/].*)\""));
        if (!isGood) {
            return Reply.json(400, "{\"error\":\"invalid_redirect_uri\"}");
        }
        String id = "client-" + counter.incrementAndGet();
        clients.add(id);
        return Reply.json(
                201,
                Json.createObjectBuilder(metadata)
                        .add("client_id", id)
                        .add("registration_client_uri", origin() + "/register/" + id)
                        .add("registration_access_token", "reg-" + id)
                        .build()
                        .toString());
    }

    private static Reply page(Map<String, String> query) {
        return query.containsKey("client_id")
                ? new Reply(
                        200,
                        Map.of("Content-Type", "text/html", "Content-Security-Policy", "frame-ancestors 'none'"),
                        "<h1>Allow?</h1>")
                : new Reply(400, Map.of("Content-Type", "text/html"), "<h1>What?</h1>");
    }

    /** The person says yes. */
    private Reply approve(Map<String, String> query) {
        String code = "code-" + counter.incrementAndGet();
        codes.put(code, query);
        return Reply.empty(302)
                .with(
                        "Location",
                        "%s?code=%s&state=%s&iss=%s"
                                .formatted(query.get("redirect_uri"), code, query.get("state"), encode(origin())));
    }

    private Reply token(Map<String, String> form) {
        return switch (form.getOrDefault("grant_type", "")) {
            case "authorization_code" -> {
                Map<String, String> asked = codes.remove(form.getOrDefault("code", ""));
                boolean isGood = asked != null
                        && asked.get("code_challenge").equals(challenge(form.getOrDefault("code_verifier", "")))
                        && asked.get("redirect_uri").equals(form.get("redirect_uri"))
                        && asked.get("resource").equals(service().toString());
                yield isGood ? issue("" + counter.incrementAndGet()) : refused();
            }
            case "refresh_token" -> {
                String presented = form.getOrDefault("refresh_token", "");
                if (!live.contains(presented) && !successors.containsKey(presented)) {
                    yield refused();
                }
                yield issue(successors.computeIfAbsent(presented, _ -> "" + counter.incrementAndGet()));
            }
            default -> refused();
        };
    }

    private static Reply refused() {
        return Reply.json(400, "{\"error\":\"invalid_grant\",\"error_description\":\"it is not good\"}");
    }

    private Reply issue(String number) {
        live.addAll(List.of("access-" + number, "refresh-" + number));
        return Reply.json(200, """
                {"access_token":"access-%s","refresh_token":"refresh-%s","token_type":"Bearer","expires_in":60}""".formatted(number, number));
    }

    private Reply revoke(String token) {
        live.remove(token);
        live.remove(token.replace("refresh-", "access-"));
        successors.clear();
        return Reply.json(200, "{}");
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Map<String, String> query(String text) {
        return Stream.of((text == null ? "" : text).split("&", -1))
                .map(parameter -> parameter.split("=", 2))
                .filter(parts -> parts.length == 2)
                .collect(Collectors.toMap(
                        parts -> parts[0], parts -> URLDecoder.decode(parts[1], StandardCharsets.UTF_8)));
    }
}
