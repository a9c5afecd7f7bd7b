package dev.mcpgateway.demo;

import io.helidon.http.Headers;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.stream.Collectors;

/** The tools of this server. */
final class Tools {
    private static final List<Tool> ALL = List.of(new EchoTool(), new WhoamiTool(), new CountTool());

    private Tools() {}

    static JsonObject list() {
        JsonArrayBuilder tools = Json.createArrayBuilder();
        ALL.forEach(tool -> tools.add(Json.createObjectBuilder()
                .add("name", tool.name())
                .add("description", tool.description())
                .add("inputSchema", tool.inputSchema())));
        return Json.createObjectBuilder().add("tools", tools).build();
    }

    /** @throws RpcException if there is no such tool, or it cannot work with these arguments */
    static JsonObject call(Message.Call call, Headers headers, RunningCall running) throws RpcException {
        String name = call.text("name");
        for (Tool tool : ALL) {
            if (tool.name().equals(name)) {
                return tool.call(call.arguments(), headers, running);
            }
        }
        throw new RpcException(
                RpcError.INVALID_PARAMS,
                "there is no tool " + name + "; there are "
                        + ALL.stream().map(Tool::name).collect(Collectors.joining(", ")));
    }

    /** A result that says this. */
    static JsonObjectBuilder result(String text) {
        return Json.createObjectBuilder()
                .add(
                        "content",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("type", "text")
                                        .add("text", text)));
    }
}
