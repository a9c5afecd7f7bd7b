package dev.mcpgateway.demo;

import io.helidon.http.Headers;
import jakarta.json.JsonObject;

/** Something that a client can ask the server to do. */
interface Tool {
    String name();

    String description();

    /** What arguments it takes, as JSON schema. */
    JsonObject inputSchema();

    /**
     * Works, in the caller's thread.
     *
     * @param headers of the request that brought the call
     * @return a {@code CallToolResult}
     * @throws RpcException if the arguments are not what the schema says
     */
    JsonObject call(JsonObject arguments, Headers headers, RunningCall call) throws RpcException;
}
