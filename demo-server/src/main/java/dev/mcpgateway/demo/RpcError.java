package dev.mcpgateway.demo;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
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
    INVALID_PARAMS(-32602),
    /** MCP: the headers say something else than the body. */
    HEADER_MISMATCH(-32020),
    /** MCP: {@code data} has the versions that are. */
    UNSUPPORTED_PROTOCOL_VERSION(-32022);

    private final int code;

    RpcError(int code) {
        this.code = code;
    }

    /** @param id of the call, or {@link JsonValue#NULL} where it is not known */
    JsonObject answerTo(JsonValue id, String message) {
        return answerTo(id, message, JsonObject.EMPTY_JSON_OBJECT);
    }

    /** @param data what a program can read of the reason; empty where that is nothing */
    JsonObject answerTo(JsonValue id, String message, JsonObject data) {
        JsonObjectBuilder error = Json.createObjectBuilder().add("code", code).add("message", message);
        if (!data.isEmpty()) {
            error.add("data", data);
        }
        return Json.createObjectBuilder()
                .add("jsonrpc", "2.0")
                .add("id", id)
                .add("error", error)
                .build();
    }
}
