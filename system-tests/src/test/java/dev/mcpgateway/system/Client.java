package dev.mcpgateway.system;

import static dev.mcpgateway.system.Web.json;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An MCP client that was registered for one service, written from the specifications alone. */
final class Client {
    /** Nobody listens there: the tests read the answer from the redirect. */
    static final String REDIRECT_URI = "http://127.0.0.1:39124/callback";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Web web;
    private final URI service;
    private final JsonObject server;
    private final String id;
    private final @Nullable String secret;

    /** What a browser has to open, and what only the client knows about it. */
    record Authorization(URI uri, String state, String verifier) {}

    record Tokens(String access, String refresh) {}

    /** @param secret null for a public client */
    Client(Web web, URI service, JsonObject server, String id, @Nullable String secret) {
        this.web = web;
        this.service = service;
        this.server = server;
        this.id = id;
        this.secret = secret;
    }

    /** A public client; discovers the authorization server of the service, and registers there. */
    static Client register(Web web, URI service) {
        return Registrar.of(web, service).register(Registrar.PUBLIC);
    }

    String id() {
        return id;
    }

    /** Of a confidential client. */
    String secret() {
        return Objects.requireNonNull(secret, "a public client has no secret");
    }

    Authorization authorize() {
        return authorize(REDIRECT_URI);
    }

    Authorization authorize(String redirectUri) {
        String state = random();
        String verifier = random();
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", id);
        query.put("redirect_uri", redirectUri);
        query.put("state", state);
        query.put("code_challenge", base64(sha256(verifier)));
        query.put("code_challenge_method", "S256");
        query.put("scope", "mcp");
        query.put("resource", service.toString());
        return new Authorization(
                URI.create(server.getString("authorization_endpoint") + "?" + Web.form(query)), state, verifier);
    }

    /** Has a user sign in, and checks that the answer is to this request and from this server. */
    String codeFrom(User user, Authorization authorization) {
        Map<String, String> answer = user.allow(authorization);
        assertThat(answer)
                .containsEntry("state", authorization.state())
                .containsEntry("iss", server.getString("issuer"));
        return Objects.requireNonNull(answer.get("code"), "no code in " + answer.keySet());
    }

    Tokens signIn(User user) {
        Authorization authorization = authorize();
        return tokens(redeem(codeFrom(user, authorization), authorization.verifier()));
    }

    HttpResponse<String> redeem(String code, String verifier) {
        return token(Map.of(
                "grant_type", "authorization_code",
                "code", code,
                "code_verifier", verifier,
                "redirect_uri", REDIRECT_URI));
    }

    /** Where a person allows it to a device of this client, which has just begun to wait. */
    URI authorizeDevice() {
        HttpResponse<String> answer = web.postForm(
                URI.create(server.getString("device_authorization_endpoint")),
                authenticated(Map.of("resource", service.toString())));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return URI.create(json(answer).getString("verification_uri_complete"));
    }

    HttpResponse<String> refresh(String refreshToken) {
        return token(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    /** As {@link #redeem}, at one oracle of several. */
    HttpResponse<String> redeemAt(URI oracle, String code, String verifier) {
        return token(
                oracle.resolve("/token"),
                Map.of(
                        "grant_type", "authorization_code",
                        "code", code,
                        "code_verifier", verifier,
                        "redirect_uri", REDIRECT_URI));
    }

    /** As {@link #refresh}, at one oracle of several. */
    HttpResponse<String> refreshAt(URI oracle, String refreshToken) {
        return token(oracle.resolve("/token"), Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    HttpResponse<String> revoke(String token) {
        return web.postForm(URI.create(server.getString("revocation_endpoint")), authenticated(Map.of("token", token)));
    }

    static Tokens tokens(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonObject tokens = json(response);
        return new Tokens(tokens.getString("access_token"), tokens.getString("refresh_token"));
    }

    /** Starts an MCP session: 200 where the token is good. */
    HttpResponse<String> initialize(String accessToken) {
        return web.postJson(
                service,
                message(
                        "initialize",
                        Json.createObjectBuilder()
                                .add("protocolVersion", "2025-06-18")
                                .add("capabilities", JsonObject.EMPTY_JSON_OBJECT)
                                .add(
                                        "clientInfo",
                                        Json.createObjectBuilder()
                                                .add("name", "test")
                                                .add("version", "1"))
                                .build()),
                "Authorization",
                "Bearer " + accessToken);
    }

    /** Starts a session and calls a tool in it; returns the text of the result. */
    String callTool(String accessToken, String tool, JsonObject arguments) {
        HttpResponse<String> answer = web.postJson(
                service,
                message(
                        "tools/call",
                        Json.createObjectBuilder()
                                .add("name", tool)
                                .add("arguments", arguments)
                                .build()),
                "Authorization",
                "Bearer " + accessToken,
                "Mcp-Session-Id",
                session(accessToken));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer)
                .getJsonObject("result")
                .getJsonArray("content")
                .getJsonObject(0)
                .getString("text");
    }

    /** Starts a session and listens to its events. */
    InputStream listen(String accessToken) {
        return web.open(HttpRequest.newBuilder(service)
                .header("Authorization", "Bearer " + accessToken)
                .header("Accept", "text/event-stream")
                .header("Mcp-Session-Id", session(accessToken)));
    }

    /** Starts a session and returns its id. */
    String session(String accessToken) {
        return initialize(accessToken).headers().firstValue("Mcp-Session-Id").orElseThrow();
    }

    static JsonObject message(String method, JsonObject params) {
        return Json.createObjectBuilder()
                .add("jsonrpc", "2.0")
                .add("id", 1)
                .add("method", method)
                .add("params", params)
                .build();
    }

    private HttpResponse<String> token(Map<String, String> grant) {
        return token(URI.create(server.getString("token_endpoint")), grant);
    }

    private HttpResponse<String> token(URI endpoint, Map<String, String> grant) {
        Map<String, String> fields = authenticated(grant);
        fields.put("resource", service.toString());
        return web.postForm(endpoint, fields);
    }

    private Map<String, String> authenticated(Map<String, String> question) {
        Map<String, String> fields = new LinkedHashMap<>(question);
        fields.put("client_id", id);
        if (secret != null) {
            fields.put("client_secret", secret);
        }
        return fields;
    }

    private static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return base64(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
