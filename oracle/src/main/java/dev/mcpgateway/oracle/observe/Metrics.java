package dev.mcpgateway.oracle.observe;

import dev.mcpgateway.oracle.observe.ActivityHistory.Kind;
import dev.mcpgateway.oracle.observe.ActivityHistory.Outcome;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What the oracle counts; docs/reference/metrics.md lists it. Every label has few values, which no stranger chooses:
 * the name of an event, a grant type that is known, an error code, a class of statuses. Thread-safe.
 */
public final class Metrics {
    private static final Header TEXT =
            HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    private static final Map<String, String> GRANT_TYPES = Map.of(
            "authorization_code", "authorization_code",
            "refresh_token", "refresh_token",
            "client_credentials", "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code", "device_code");
    /** Codes of errors that are no refusals. */
    private static final Set<String> FAILURES = Set.of("temporarily_unavailable", "server_error");

    private static final int CLIENT_ERROR = 400;
    private static final int SERVER_ERROR = 500;
    private static final double[] SECONDS = {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5};
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int EXPECTED_BYTES = 16 * 1024;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();
    private final Counter events = Counter.builder()
            .name("gateway_oracle_events_total")
            .help("Security events by name")
            .labelNames("event")
            .register(registry);
    private final Counter tokenRequests = Counter.builder()
            .name("gateway_oracle_token_requests_total")
            .help("Requests for tokens, by what became of them: issued, or the code of the error")
            .labelNames("grant_type", "outcome")
            .register(registry);
    private final Histogram verify = Histogram.builder()
            .name("gateway_oracle_verify_seconds")
            .help("Time that an answer of /verify took, by the class of its status")
            .labelNames("status")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    private final Counter storeErrors = Counter.builder()
            .name("gateway_oracle_store_errors_total")
            .help("Requests that failed because the store did not answer or could not do it")
            .register(registry);

    private final ActivityHistory history;

    /** @param history is told of sign-ins, tokens and verify as well */
    public Metrics(ActivityHistory history) {
        this.history = history;
        JvmMetrics.builder().register(registry);
        // From the start, so that a rate is seen with the first of each.
        List.of("login.succeeded", "login.failed", "login.denied", "token.reuse", "code.reuse")
                .forEach(events::initLabelValues);
        GRANT_TYPES.values().forEach(type -> tokenRequests.initLabelValues(type, "issued"));
        List.of("2xx", "4xx", "5xx").forEach(verify::initLabelValues);
    }

    /** @param name one of ours */
    public void event(String name) {
        events.labelValues(name).inc();
        switch (name) {
            case "login.succeeded" -> history.count(Kind.SIGN_IN, Outcome.GOOD);
            case "login.denied" -> history.count(Kind.SIGN_IN, Outcome.REFUSED);
            case "login.failed" -> history.count(Kind.SIGN_IN, Outcome.FAILED);
            default -> {} // is no end of a sign-in
        }
    }

    /**
     * A request for tokens was answered.
     *
     * @param grantType as the client wrote it
     * @param outcome {@code issued} or the code of an error
     */
    public void tokenRequest(String grantType, String outcome) {
        tokenRequests
                .labelValues(GRANT_TYPES.getOrDefault(grantType, "other"), outcome)
                .inc();
        history.count(
                Kind.TOKEN,
                outcome.equals("issued")
                        ? Outcome.GOOD
                        : FAILURES.contains(outcome) ? Outcome.FAILED : Outcome.REFUSED);
    }

    public void storeFailed() {
        storeErrors.inc();
    }

    void verified(int status, long nanos) {
        verify.labelValues(status / 100 + "xx").observe(nanos / NANOS_PER_SECOND);
        history.count(
                Kind.VERIFY,
                status < CLIENT_ERROR ? Outcome.GOOD : status < SERVER_ERROR ? Outcome.REFUSED : Outcome.FAILED);
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

    /** Answers with all of it in the text format of Prometheus, version 0.0.4. */
    public void show(ServerResponse response) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(EXPECTED_BYTES);
        try {
            writer.write(text, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        response.header(TEXT).send(text.toByteArray());
    }
}
