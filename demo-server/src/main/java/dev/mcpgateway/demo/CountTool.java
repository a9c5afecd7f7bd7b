package dev.mcpgateway.demo;

import io.helidon.http.Headers;
import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;

/** {@code count}: takes its time and tells how far it is, to see progress pass through a gateway. */
final class CountTool implements Tool {
    private static final int MAX_NUMBER = 100;
    private static final int MAX_INTERVAL_MILLIS = 1000;
    private static final int DEFAULT_INTERVAL_MILLIS = 100;

    @Override
    public String name() {
        return "count";
    }

    @Override
    public String description() {
        return "Counts to n, with a progress notification at each number where the call has a progressToken.";
    }

    @Override
    public JsonObject inputSchema() {
        return Json.createObjectBuilder()
                .add("type", "object")
                .add(
                        "properties",
                        Json.createObjectBuilder()
                                .add("n", integer(1, MAX_NUMBER))
                                .add(
                                        "intervalMillis",
                                        integer(0, MAX_INTERVAL_MILLIS).add("default", DEFAULT_INTERVAL_MILLIS)))
                .add("required", Json.createArrayBuilder().add("n"))
                .build();
    }

    @Override
    public JsonObject call(JsonObject arguments, Headers headers, RunningCall call) throws RpcException {
        int n = number(arguments, "n", 1, MAX_NUMBER);
        Duration interval = Duration.ofMillis(
                arguments.containsKey("intervalMillis")
                        ? number(arguments, "intervalMillis", 0, MAX_INTERVAL_MILLIS)
                        : DEFAULT_INTERVAL_MILLIS);
        for (int counted = 1; counted <= n; counted++) {
            if (!call.pause(interval)) {
                return Tools.result("Stopped before " + counted).build();
            }
            call.report(counted, n);
        }
        return Tools.result("Counted to " + n).build();
    }

    private static int number(JsonObject arguments, String name, int min, int max) throws RpcException {
        if (arguments.get(name) instanceof JsonNumber number && number.isIntegral()) {
            double value = number.doubleValue();
            if (value >= min && value <= max) {
                return (int) value;
            }
        }
        throw new RpcException(
                RpcError.INVALID_PARAMS,
                "count needs the argument " + name + ", an integer from " + min + " to " + max);
    }

    private static JsonObjectBuilder integer(int min, int max) {
        return Json.createObjectBuilder()
                .add("type", "integer")
                .add("minimum", min)
                .add("maximum", max);
    }
}
