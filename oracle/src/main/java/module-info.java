/** OAuth 2.1 authorization server, pages, management API. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.oracle {
    requires static transitive org.jspecify;
    requires transitive dev.mcpgateway.settings;
    requires transitive dev.mcpgateway.storage;
    requires transitive io.helidon.webserver;
    requires transitive io.helidon.http;
    requires io.helidon.common.media.type;
    requires transitive jakarta.json;
    requires io.helidon.common.tls;
    requires static io.helidon.config.metadata;
    requires io.helidon.webclient.api;
    requires io.jstach.jstachio;
    requires io.prometheus.metrics.core;
    requires io.prometheus.metrics.instrumentation.jvm;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires java.net.http;
    requires org.jose4j;

    exports dev.mcpgateway.oracle;
    exports dev.mcpgateway.oracle.identity;
    exports dev.mcpgateway.oracle.language;
    exports dev.mcpgateway.oracle.protocol;
    exports dev.mcpgateway.oracle.settings;

    uses dev.mcpgateway.oracle.identity.IdentityProvider;
}
