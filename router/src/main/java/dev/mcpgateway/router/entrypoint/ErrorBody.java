package dev.mcpgateway.router.entrypoint;

import static dev.mcpgateway.router.entrypoint.JsonText.quote;

import java.nio.charset.StandardCharsets;

/** The JSON object that every error of the router's own carries. */
final class ErrorBody {
    private ErrorBody() {}

    static byte[] of(String error, String message, String requestId) {
        return "{\"error\":%s,\"message\":%s,\"request_id\":%s}\n"
                .formatted(quote(error), quote(message), quote(requestId))
                .getBytes(StandardCharsets.UTF_8);
    }
}
