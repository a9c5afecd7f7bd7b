/** A small MCP server for trying the gateway; depends on nothing of ours. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.demo {
    requires static transitive org.jspecify;
}
