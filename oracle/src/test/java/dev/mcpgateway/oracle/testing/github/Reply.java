package dev.mcpgateway.oracle.testing.github;

import com.sun.net.httpserver.HttpExchange;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is answered. One that is stalled stops before its last byte. */
record Reply(int status, Map<String, String> headers, String body, boolean isStalled) {
    static Reply page(int status, String html) {
        return new Reply(status, Map.of("Content-Type", "text/html; charset=utf-8"), html, false);
    }

    static Reply json(int status, JsonObject json) {
        return new Reply(status, Map.of("Content-Type", "application/json; charset=utf-8"), json.toString(), false);
    }

    static Reply form(String encoded) {
        return new Reply(
                200, Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), encoded, false);
    }

    static Reply redirect(String location) {
        return new Reply(302, Map.of("Location", location), "", false);
    }

    Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, more, body, isStalled);
    }

    Reply stalled() {
        return new Reply(status, headers, body, true);
    }

    void send(HttpExchange exchange) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes, 0, isStalled ? bytes.length - 1 : bytes.length);
        exchange.getResponseBody().flush();
    }
}
