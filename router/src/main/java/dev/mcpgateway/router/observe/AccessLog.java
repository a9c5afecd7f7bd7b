package dev.mcpgateway.router.observe;

import static dev.mcpgateway.router.entrypoint.JsonText.quote;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.ExchangeRecord;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One line of JSON for each request, in the form of docs/reference/access-log.md: never a query, a header or a body.
 */
public final class AccessLog implements Observed.Observer {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Consumer<String> lines;
    private final Clock clock;

    /** @param lines takes each line, without its end */
    public AccessLog(Consumer<String> lines, Clock clock) {
        this.lines = lines;
        this.clock = clock;
    }

    @Override
    public void over(ClientExchange exchange, int status) {
        ExchangeRecord record = exchange.record();
        StringBuilder line = begin(exchange.requestId(), exchange.remoteAddress());
        text(line, "method", exchange.target().method());
        text(line, "scheme", exchange.scheme());
        text(line, "host", exchange.target().authority());
        text(line, "path", exchange.target().path());
        number(line, "status", Integer.toString(status));
        text(line, "route", record.route());
        text(line, "service", record.service());
        text(line, "endpoint", record.endpoint());
        text(line, "user", record.user());
        text(line, "client_id", record.client());
        number(line, "request_bytes", Long.toString(exchange.requestBytes()));
        number(line, "response_bytes", Long.toString(record.bodyBytes()));
        number(line, "millis", millis(record.nanos()));
        time(line, "verify_millis", record.verifyNanos());
        time(line, "first_byte_millis", record.firstByteNanos());
        lines.accept(line.append('}').toString());
    }

    @Override
    public void refused(String requestId, String remoteAddress, int status) {
        StringBuilder line = begin(requestId, remoteAddress);
        number(line, "status", Integer.toString(status));
        lines.accept(line.append('}').toString());
    }

    private StringBuilder begin(String requestId, String remoteAddress) {
        Instant end = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        StringBuilder line = new StringBuilder(512).append("{\"time\":").append(quote(end.toString()));
        text(line, "request_id", requestId);
        text(line, "remote", remoteAddress);
        return line;
    }

    /** Left out where there is nothing to say. */
    private static void text(StringBuilder line, String name, String value) {
        if (!value.isEmpty()) {
            number(line, name, quote(value));
        }
    }

    private static void time(StringBuilder line, String name, OptionalLong nanos) {
        nanos.ifPresent(value -> number(line, name, millis(value)));
    }

    private static void number(StringBuilder line, String name, String value) {
        line.append(",\"").append(name).append("\":").append(value);
    }

    private static String millis(long nanos) {
        return Double.toString(Math.round(nanos / NANOS_PER_MILLI * 10) / 10.0);
    }
}
