/** TLS edge, routing, ForwardAuth, forwarding, certificates. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.router {
    requires static transitive org.jspecify;
    requires transitive dev.mcpgateway.settings;
    requires io.helidon.common.task;
    requires io.helidon.webserver;
    requires io.jstach.jstachio;
    requires io.opentelemetry.api;
    requires io.opentelemetry.context;
    requires io.opentelemetry.exporter.otlp;
    requires io.opentelemetry.sdk.common;
    requires io.opentelemetry.sdk.trace;
    requires io.prometheus.metrics.core;
    requires io.prometheus.metrics.instrumentation.jvm;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires jakarta.json;
    requires java.net.http;
    requires jdk.net;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.shredzone.acme4j;
    requires re2j;

    exports dev.mcpgateway.router;

    provides io.helidon.webserver.http.spi.SinkProvider with
            dev.mcpgateway.router.entrypoint.RawResponseProvider;
}
