package dev.mcpgateway.router.observe;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.ExchangeRecord;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * What the router counts, for Prometheus; docs/reference/metrics.md lists it. Every label has few values: a service's
 * name, a method that is known, a class of statuses.
 */
public final class Metrics implements Observed.Observer {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final double[] SECONDS = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60};
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int EXPECTED_BYTES = 16 * 1024;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();
    private final Counter requests = Counter.builder()
            .name("gateway_router_requests_total")
            .help("Requests that were answered, or given up by their client (status none)")
            .labelNames("service", "method", "status")
            .register(registry);
    private final Histogram firstByte = seconds(
            "gateway_router_first_byte_seconds", "From a request's head to that of the upstream's answer", "service");
    private final Histogram verify =
            seconds("gateway_router_verify_seconds", "From a request's head to the verify service's answer", "service");
    private final Counter sent = Counter.builder()
            .name("gateway_router_response_bytes_total")
            .help("Bytes of answers' bodies, without framing")
            .labelNames("service")
            .register(registry);

    public Metrics() {
        JvmMetrics.builder().register(registry);
    }

    @Override
    public void over(ClientExchange exchange, int status) {
        ExchangeRecord record = exchange.record();
        String method = exchange.target().method();
        String service = record.service().isEmpty() ? "none" : record.service();
        requests.labelValues(service, METHODS.contains(method) ? method : "other", statusClass(status))
                .inc();
        sent.labelValues(service).inc(record.bodyBytes());
        record.firstByteNanos()
                .ifPresent(nanos -> firstByte.labelValues(service).observe(nanos / NANOS_PER_SECOND));
        record.verifyNanos().ifPresent(nanos -> verify.labelValues(service).observe(nanos / NANOS_PER_SECOND));
    }

    @Override
    public void refused(String requestId, String remoteAddress, int status) {
        requests.labelValues("none", "other", statusClass(status)).inc();
    }

    /** Shows a value that somebody else knows. */
    public Metrics gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
        return this;
    }

    /** Shows a value for each of a few names that somebody else knows. */
    public Metrics gauge(String name, String help, String label, Supplier<Map<String, Double>> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(callback -> values.get().forEach((key, value) -> callback.call(value, key)))
                .register(registry);
        return this;
    }

    /** Shows a count that somebody else keeps. */
    public Metrics counter(String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
        return this;
    }

    /** All of it in the text format of Prometheus, version 0.0.4. */
    byte[] text() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream(EXPECTED_BYTES);
        writer.write(text, registry.scrape());
        return text.toByteArray();
    }

    private Histogram seconds(String name, String help, String label) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
    }

    private static String statusClass(int status) {
        return status == 0 ? "none" : status / 100 + "xx";
    }
}
