package dev.mcpgateway.demo;

import io.helidon.http.Headers;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;

/** {@code echo}: says what it is told. */
final class EchoTool implements Tool {
    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String description() {
        return "Returns the text.";
    }

    @Override
    public JsonObject inputSchema() {
        return Json.createObjectBuilder()
                .add("type", "object")
                .add(
                        "properties",
                        Json.createObjectBuilder()
                                .add("text", Json.createObjectBuilder().add("type", "string")))
                .add("required", Json.createArrayBuilder().add("text"))
                .build();
    }

    @Override
    public JsonObject call(JsonObject arguments, Headers headers, RunningCall call) throws RpcException {
        if (arguments.get("text") instanceof JsonString text) {
            return Tools.result(text.getString()).build();
        }
        throw new RpcException(RpcError.INVALID_PARAMS, "echo needs the argument text, a string");
    }
}
