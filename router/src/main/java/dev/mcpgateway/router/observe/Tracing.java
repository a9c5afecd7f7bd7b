package dev.mcpgateway.router.observe;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.ExchangeRecord;
import dev.mcpgateway.router.entrypoint.Handler;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import dev.mcpgateway.router.upstream.HeaderList;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Exports a span for each request by OTLP, with one below it for the question to verify and one for the upstream. The
 * trace of the client goes on in it, and in what verify and upstream are sent. A collector that is away costs nothing
 * but its spans: a bounded number of them waits.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public final class Tracing implements AutoCloseable {
    private static final String SERVICE = "mcp-gateway-router";
    private static final int SERVER_ERROR = 500;
    private static final long STOP_SECONDS = 2;
    private static final W3CTraceContextPropagator PROPAGATOR = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<HeaderList> GETTER = new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable HeaderList headers, String name) {
            return headers == null ? null : headers.first(name).orElse(null);
        }
    };

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    Tracing(SpanExporter exporter) {
        this.provider = SdkTracerProvider.builder()
                .setResource(Resource.create(
                        Attributes.builder().put("service.name", SERVICE).build()))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                .build();
        this.tracer = provider.get(SERVICE);
    }

    /** @param collector without the path of traces, such as {@code http://collector:4318} */
    public static Tracing to(URI collector) {
        String base = collector.toString().replaceAll("/+$", "");
        return new Tracing(
                OtlpHttpSpanExporter.builder().setEndpoint(base + "/v1/traces").build());
    }

    /** Sends what waits, for at most two seconds. */
    @Override
    public void close() {
        provider.shutdown().join(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /** The same handler, with a span around each request. */
    public Handler around(Handler handler) {
        return exchange -> handle(exchange, handler);
    }

    private void handle(ClientExchange exchange, Handler handler) throws IOException, RefusedRequest {
        Context parent = PROPAGATOR.extract(Context.root(), exchange.headers(), GETTER);
        Span span = tracer.spanBuilder(exchange.target().method())
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent)
                .startSpan();
        Context context = parent.with(span);
        PROPAGATOR.inject(context, exchange.record(), (record, name, value) -> {
            if (record != null) {
                record.trace(name, value);
            }
        });
        long startNanos = now();
        int refused = 0;
        try {
            handler.handle(exchange);
        } catch (RefusedRequest refusal) {
            refused = refusal.status();
            throw refusal;
        } finally {
            steps(exchange.record(), context, startNanos);
            end(span, exchange, exchange.status() == 0 ? refused : exchange.status());
        }
    }

    private void steps(ExchangeRecord record, Context context, long startNanos) {
        long verified = record.verifyNanos().orElse(0);
        record.verifyNanos().ifPresent(nanos -> step("verify", context, startNanos, startNanos + nanos));
        record.firstByteNanos()
                .ifPresent(nanos -> step("upstream", context, startNanos + verified, startNanos + nanos));
    }

    private void step(String name, Context context, long fromNanos, long toNanos) {
        tracer.spanBuilder(name)
                .setSpanKind(SpanKind.CLIENT)
                .setParent(context)
                .setStartTimestamp(fromNanos, TimeUnit.NANOSECONDS)
                .startSpan()
                .end(toNanos, TimeUnit.NANOSECONDS);
    }

    private static void end(Span span, ClientExchange exchange, int status) {
        ExchangeRecord record = exchange.record();
        span.setAttribute("http.request.method", exchange.target().method());
        span.setAttribute("url.scheme", exchange.scheme());
        span.setAttribute("url.path", exchange.target().path());
        span.setAttribute("server.address", exchange.target().host());
        span.setAttribute("gateway.request_id", exchange.requestId());
        if (!record.route().isEmpty()) {
            span.updateName(exchange.target().method() + " " + record.route());
            span.setAttribute("http.route", record.route());
        }
        if (!record.endpoint().isEmpty()) {
            span.setAttribute("gateway.endpoint", record.endpoint());
        }
        if (status != 0) {
            span.setAttribute("http.response.status_code", (long) status);
        }
        if (status == 0 || status >= SERVER_ERROR) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    private static long now() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
