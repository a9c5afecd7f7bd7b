package dev.mcpgateway.demo;

import io.helidon.http.Status;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/** A JSON-RPC message from the client. */
sealed interface Message {
    JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    String META_VERSION = "io.modelcontextprotocol/protocolVersion";
    String META_CLIENT_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";

    /** Wants a result or an error under the same id, a string or a number. */
    record Call(JsonValue id, String method, JsonObject params) implements Message {
        JsonObject answer(JsonObject result) {
            return Json.createObjectBuilder()
                    .add("jsonrpc", "2.0")
                    .add("id", id)
                    .add("result", result)
                    .build();
        }

        /** @throws RpcException if the parameter is missing or no string */
        String text(String parameter) throws RpcException {
            if (params.get(parameter) instanceof JsonString text) {
                return text.getString();
            }
            throw new RpcException(RpcError.INVALID_PARAMS, method + " needs the string params." + parameter);
        }

        /** The arguments of a tool; empty where none are given. */
        JsonObject arguments() throws RpcException {
            return object("arguments");
        }

        /** Under what the client wants to hear of progress; empty where it does not. */
        Optional<JsonValue> progressToken() {
            return meta(params, "progressToken").filter(Message::isId);
        }

        /** The version of the protocol that it says it is made in; no call of a session does. */
        Optional<JsonValue> version() {
            return meta(params, META_VERSION);
        }

        /** What the client can do; no call of a session says. */
        Optional<JsonValue> clientCapabilities() {
            return meta(params, META_CLIENT_CAPABILITIES);
        }

        private JsonObject object(String parameter) throws RpcException {
            return switch (params.getOrDefault(parameter, JsonValue.EMPTY_JSON_OBJECT)) {
                case JsonObject object -> object;
                default ->
                    throw new RpcException(
                            RpcError.INVALID_PARAMS, method + " takes params." + parameter + " as an object");
            };
        }
    }

    /** Wants no answer. */
    record Notification(String method, JsonObject params) implements Message {}

    /** The answer to a call that a server made. */
    record Answer() implements Message {}

    /**
     * Reads one message to its end.
     *
     * @throws Refusal 400 if it is no JSON or no JSON-RPC 2.0 message
     */
    static Message parse(InputStream text) {
        JsonObject message = parseObject(text);
        if (!(message.get("jsonrpc") instanceof JsonString version)
                || !version.getString().equals("2.0")) {
            throw invalid("\"jsonrpc\" must be \"2.0\"");
        }
        JsonValue id = message.get("id");
        if (id != null && !isId(id)) {
            throw invalid("\"id\" must be a string or a number");
        }
        if (!message.containsKey("method") && (message.containsKey("result") || message.containsKey("error"))) {
            return new Answer();
        }
        if (!(message.get("method") instanceof JsonString method)) {
            throw invalid("\"method\" must be a string");
        }
        if (!(message.getOrDefault("params", JsonValue.EMPTY_JSON_OBJECT) instanceof JsonObject params)) {
            throw invalid("\"params\" must be an object");
        }
        return id == null ? new Notification(method.getString(), params) : new Call(id, method.getString(), params);
    }

    private static JsonObject parseObject(InputStream text) {
        JsonStructure message;
        try (JsonReader reader = READERS.createReader(text)) {
            message = reader.read();
        } catch (JsonException _) {
            throw new Refusal(Status.BAD_REQUEST_400, RpcError.PARSE_ERROR, "the body is not well-formed JSON");
        }
        return switch (message) {
            case JsonObject object -> object;
            default -> throw invalid("batches are not supported: POST one message at a time");
        };
    }

    private static Optional<JsonValue> meta(JsonObject params, String key) {
        return params.get("_meta") instanceof JsonObject meta ? Optional.ofNullable(meta.get(key)) : Optional.empty();
    }

    private static Refusal invalid(String message) {
        return new Refusal(Status.BAD_REQUEST_400, RpcError.INVALID_REQUEST, message);
    }

    private static boolean isId(JsonValue value) {
        return value.getValueType() == ValueType.STRING || value.getValueType() == ValueType.NUMBER;
    }
}
