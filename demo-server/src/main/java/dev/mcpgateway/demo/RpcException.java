package dev.mcpgateway.demo;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/** A well-formed call that cannot be answered with a result. */
final class RpcException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RpcError error;

    RpcException(RpcError error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    JsonObject answerTo(JsonValue id) {
        return error.answerTo(id, String.valueOf(getMessage()));
    }
}
