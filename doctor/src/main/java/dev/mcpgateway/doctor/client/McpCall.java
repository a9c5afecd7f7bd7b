package dev.mcpgateway.doctor.client;

import dev.mcpgateway.doctor.discovery.Discovery;
import dev.mcpgateway.doctor.web.Web;
import dev.mcpgateway.doctor.web.Web.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an MCP server answered. The body is not read to its end: it may be an event stream that has none.
 *
 * @param status 0 where there is no answer
 * @param sessionId null where the server gave none
 * @param words the status, or why there is none
 */
public record McpCall(int status, @Nullable String sessionId, String words) {
    /** The first message of a client. */
    public static McpCall initialize(Web web, URI service, String token) {
        return post(web, service, token, null, Discovery.INITIALIZE);
    }

    /** A message in a session; none if the server keeps none. */
    public static McpCall post(Web web, URI service, String token, @Nullable String sessionId, String message) {
        return switch (web.open("POST", service, headers(token, sessionId, Discovery.MESSAGE_HEADERS), message)) {
            case Outcome.Answered<InputStream>(var response) -> of(response);
            case Outcome.Failed<InputStream>(var words) -> new McpCall(0, null, words);
        };
    }

    /** With the token, and the session if there is one. */
    public static Map<String, String> headers(String token, @Nullable String sessionId, Map<String, String> others) {
        Map<String, String> headers = new HashMap<>(others);
        if (!token.isEmpty()) {
            headers.put("Authorization", "Bearer " + token);
        }
        if (sessionId != null) {
            headers.put("Mcp-Session-Id", sessionId);
        }
        return headers;
    }

    private static McpCall of(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException _) {
            // what it would have said does not matter
        }
        String sessionId = response.headers()
                .firstValue("Mcp-Session-Id")
                .filter(id -> id.matches("[\\x21-\\x7e]{1,1024}"))
                .orElse(null);
        String type = response.headers().firstValue("Content-Type").orElse("without content");
        return new McpCall(response.statusCode(), sessionId, "%d (%s)".formatted(response.statusCode(), type));
    }

    /** The token got through, whatever the MCP server made of the message. */
    public boolean isLetThrough() {
        return status == 200 || status == 400 || status == 404 || status == 406;
    }
}
