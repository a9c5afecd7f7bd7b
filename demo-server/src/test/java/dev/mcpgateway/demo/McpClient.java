package dev.mcpgateway.demo;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Speaks to a server as an MCP client does, and shows the bare answers. */
final class McpClient implements AutoCloseable {
    private final URI server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    McpClient(int port) {
        server = URI.create("http://127.0.0.1:" + port + "/mcp");
    }

    /** Starts a session and returns its id. */
    String initialize() {
        return post("", call(1, "initialize", "{\"protocolVersion\":\"2025-06-18\"}"))
                .headers()
                .firstValue("Mcp-Session-Id")
                .orElseThrow();
    }

    static String call(int id, String method, String params) {
        return """
                {"jsonrpc":"2.0","id":%d,"method":"%s","params":%s}""".formatted(id, method, params);
    }

    /** Sends a message; {@code headers} are names and values in turn. */
    HttpResponse<String> post(String session, String message, String... headers) {
        return send(request(session, headers)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofString(message)));
    }

    HttpRequest.Builder request(String session, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server).timeout(Duration.ofSeconds(20));
        if (!session.isEmpty()) {
            request.header("Mcp-Session-Id", session);
        }
        return headers.length == 0 ? request : request.headers(headers);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, BodyHandlers.ofString());
    }

    /** Opens the event stream of a session; the answer is there as soon as its head is. */
    HttpResponse<InputStream> listen(String session) {
        return send(request(session).header("Accept", "text/event-stream").GET(), BodyHandlers.ofInputStream());
    }

    static JsonObject json(HttpResponse<String> response) {
        return json(response.body());
    }

    static JsonObject json(String text) {
        return Json.createReader(new StringReader(text)).readObject();
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request.build(), body);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no answer from " + server, e);
        }
    }
}
