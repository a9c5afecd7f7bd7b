/** TLS edge, routing, ForwardAuth, forwarding, certificates. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.router {
    requires static transitive org.jspecify;
    requires transitive dev.mcpgateway.settings;
    requires io.helidon.common.task;
    requires io.helidon.webserver;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;

    exports dev.mcpgateway.router;

    provides io.helidon.webserver.http.spi.SinkProvider with
            dev.mcpgateway.router.entrypoint.RawResponseProvider;
}
