/** A small MCP server for trying the gateway; depends on nothing of ours. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.demo {
    requires io.helidon.http.media.jsonp;
    requires io.helidon.webserver;
    requires static transitive org.jspecify;

    exports dev.mcpgateway.demo;
}
