package dev.mcpgateway.demo;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.JsonValue;

/** A request that is no good as HTTP: answered with this status, and a JSON-RPC error that says why. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;
    private final RpcError error;

    Refusal(Status status, String message) {
        this(status, RpcError.INVALID_REQUEST, message);
    }

    Refusal(Status status, RpcError error, String message) {
        super(message, null, false, false);
        this.status = status;
        this.error = error;
    }

    void answer(ServerResponse response) {
        response.status(status).send(error.answerTo(JsonValue.NULL, String.valueOf(getMessage())));
    }
}
