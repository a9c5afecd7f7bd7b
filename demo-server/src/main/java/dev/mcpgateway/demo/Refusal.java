package dev.mcpgateway.demo;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/** A request that is no good as HTTP: answered with this status, and a JSON-RPC error that says why. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;
    private final transient JsonObject answer;

    Refusal(Status status, String message) {
        this(status, RpcError.INVALID_REQUEST, message);
    }

    Refusal(Status status, RpcError error, String message) {
        this(status, message, error.answerTo(JsonValue.NULL, message));
    }

    private Refusal(Status status, String message, JsonObject answer) {
        super(message, null, false, false);
        this.status = status;
        this.answer = answer;
    }

    /** The refusal of a call: unlike others it says which, so that the client takes it for the answer. */
    static Refusal of(Message.Call call, Status status, RpcError error, String message) {
        return of(call, status, error, message, JsonObject.EMPTY_JSON_OBJECT);
    }

    /** The same with what a program can read of the reason. */
    static Refusal of(Message.Call call, Status status, RpcError error, String message, JsonObject data) {
        return new Refusal(status, message, error.answerTo(call.id(), message, data));
    }

    void answer(ServerResponse response) {
        response.status(status).send(answer);
    }
}
