/** TLS edge, routing, ForwardAuth, forwarding, certificates. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.router {
    requires static transitive org.jspecify;
    requires dev.mcpgateway.settings;
}
