package dev.mcpgateway.oracle.settings;

import java.util.List;

/**
 * An MCP server behind the gateway.
 *
 * @param name one DNS label, as in {@code gateway.yaml}
 * @param resource the URL that clients connect to and tokens are bound to, such as {@code https://echo.example.com/mcp}
 * @param allow the rules that say who may use it; empty admits nobody
 */
public record ProtectedService(String name, String resource, List<String> allow) {
    public ProtectedService {
        allow = List.copyOf(allow);
    }
}
