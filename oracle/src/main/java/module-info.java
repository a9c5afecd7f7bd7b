/** OAuth 2.1 authorization server, pages, management API. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.oracle {
    requires static transitive org.jspecify;
    requires transitive dev.mcpgateway.settings;
    requires transitive dev.mcpgateway.storage;

    exports dev.mcpgateway.oracle.settings;
}
