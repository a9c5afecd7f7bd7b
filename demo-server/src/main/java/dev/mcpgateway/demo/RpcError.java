package dev.mcpgateway.demo;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/**
 * Why a message got no result.
 *
 * @see <a href="https://www.jsonrpc.org/specification#error_object">JSON-RPC 2.0, section 5.1</a>
 */
enum RpcError {
    PARSE_ERROR(-32700),
    INVALID_REQUEST(-32600),
    METHOD_NOT_FOUND(-32601),
    INVALID_PARAMS(-32602);

    private final int code;

    RpcError(int code) {
        this.code = code;
    }

    /** @param id of the call, or {@link JsonValue#NULL} where it is not known */
    JsonObject answerTo(JsonValue id, String message) {
        return Json.createObjectBuilder()
                .add("jsonrpc", "2.0")
                .add("id", id)
                .add("error", Json.createObjectBuilder().add("code", code).add("message", message))
                .build();
    }
}
