package dev.mcpgateway.router.observe;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.route.Destination;
import dev.mcpgateway.router.route.Route;
import dev.mcpgateway.router.upstream.EndpointStatus;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.UpstreamStatus;
import io.jstach.jstache.JStache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What operators see of a router in a browser: who is behind it and how they are, certificates, routes, and the traffic
 * of the last hour. It looks like the oracle's console.
 *
 * @param console where that is; empty if it is not known
 */
@JStache(path = "status")
record StatusPage(
        String now,
        String console,
        String revocations,
        long streams,
        List<EndpointRow> endpoints,
        List<CertificateRow> certificates,
        List<String> certificateProblems,
        List<RouteRow> routes,
        TrafficPlot requests,
        TrafficPlot times) {

    static final String STYLESHEET = "/status.css";

    private static final HeaderList PAGE = HeaderList.of(
            "Content-Type", "text/html; charset=utf-8",
            "Cache-Control", "no-store",
            "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
            "X-Frame-Options", "DENY",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer");
    private static final HeaderList STYLE = HeaderList.of(
            "Content-Type", "text/css; charset=utf-8",
            "Cache-Control", "no-cache",
            "X-Content-Type-Options", "nosniff");

    /** One endpoint. */
    record EndpointRow(String upstream, EndpointStatus status, String state, boolean good, String since) {}

    /**
     * One certificate.
     *
     * @param next when and why another one comes, or why not; empty if none is ordered
     */
    record CertificateRow(
            String host, String source, String issuer, String expires, long days, boolean good, String next) {}

    /** One route. */
    record RouteRow(String name, String rule, String access, String upstream) {}

    static StatusPage of(
            Instant now,
            String console,
            boolean hearsRevocations,
            long streams,
            List<UpstreamStatus> upstreams,
            List<CertificateRow> certificates,
            List<String> certificateProblems,
            List<Route> routes,
            List<TrafficHistory.Minute> minutes) {
        return new StatusPage(
                now.truncatedTo(ChronoUnit.SECONDS).toString(),
                console,
                hearsRevocations ? "heard" : "not heard: open streams are verified again now and then",
                streams,
                upstreams.stream()
                        .flatMap(upstream -> upstream.endpoints().stream().map(one -> row(upstream, one, now)))
                        .toList(),
                certificates,
                certificateProblems,
                routes.stream().map(StatusPage::row).toList(),
                TrafficPlot.ofRequests(minutes),
                TrafficPlot.ofTimes(minutes));
    }

    boolean consoleKnown() {
        return !console.isEmpty();
    }

    static void answer(ClientExchange exchange, StatusPage page) throws IOException {
        exchange.answer(200, PAGE, StatusPageRenderer.of().execute(page).getBytes(StandardCharsets.UTF_8));
    }

    static void answerStylesheet(ClientExchange exchange) throws IOException {
        try (InputStream style = Objects.requireNonNull(StatusPage.class.getResourceAsStream("status.css"))) {
            exchange.answer(200, STYLE, style.readAllBytes());
        }
    }

    private static EndpointRow row(UpstreamStatus upstream, EndpointStatus endpoint, Instant now) {
        return new EndpointRow(
                upstream.name(),
                endpoint,
                endpoint.state().name().toLowerCase(Locale.ROOT),
                endpoint.state() == EndpointStatus.State.HEALTHY,
                words(Duration.between(endpoint.since(), now)));
    }

    private static RouteRow row(Route route) {
        String rule = route.matcher().rule();
        return switch (route.destination()) {
            case Destination.Nowhere _ -> new RouteRow(route.name(), rule, "none", "");
            case Destination.Public(var upstream, var _) -> new RouteRow(route.name(), rule, "public", upstream.name());
            case Destination.Guarded(var _, var upstream, var _, var _) ->
                new RouteRow(route.name(), rule, "verified", upstream.name());
            case Destination.Open(var _, var upstream, var _, var _) ->
                new RouteRow(route.name(), rule, "open to everybody", upstream.name());
        };
    }

    /** Such as {@code 3 h}. */
    private static String words(Duration time) {
        if (time.toDays() > 1) {
            return time.toDays() + " d";
        }
        if (time.toHours() > 0) {
            return time.toHours() + " h";
        }
        return time.toMinutes() > 0 ? time.toMinutes() + " min" : Math.max(0, time.toSeconds()) + " s";
    }

    /**
     * Bars over the last hour, for SVG of 600 by 120.
     *
     * @param title what is shown
     * @param top what the highest bar stands for
     * @param summary the same in words
     */
    record TrafficPlot(String title, String top, String summary, List<Bar> bars) {
        static final int HEIGHT = 120;
        private static final int WIDTH = 10;

        /**
         * One part of a bar.
         *
         * @param kind the name of its colour
         */
        record Bar(int x, int y, int height, String kind, String title) {}

        static TrafficPlot ofRequests(List<TrafficHistory.Minute> minutes) {
            long most =
                    minutes.stream().mapToLong(TrafficHistory.Minute::all).max().orElse(0);
            long all = minutes.stream().mapToLong(TrafficHistory.Minute::all).sum();
            long failed =
                    minutes.stream().mapToLong(TrafficHistory.Minute::failed).sum();
            List<Bar> bars = IntStream.range(0, minutes.size())
                    .boxed()
                    .flatMap(i -> requestBars(i, minutes.get(i), most).stream())
                    .toList();
            return new TrafficPlot(
                    "Requests a minute",
                    Long.toString(most),
                    "%d requests in the last hour, %d of them failed".formatted(all, failed),
                    bars);
        }

        static TrafficPlot ofTimes(List<TrafficHistory.Minute> minutes) {
            long slowest = minutes.stream()
                    .mapToLong(minute -> minute.slowest().toMillis())
                    .max()
                    .orElse(0);
            List<Bar> bars = IntStream.range(0, minutes.size())
                    .boxed()
                    .flatMap(i -> timeBars(i, minutes.get(i), slowest).stream())
                    .toList();
            return new TrafficPlot(
                    "Time to the upstream's first byte, median and 95 of 100",
                    slowest + " ms",
                    "At most %d ms for 95 of 100 requests in any minute of the last hour".formatted(slowest),
                    bars);
        }

        private static List<Bar> requestBars(int index, TrafficHistory.Minute minute, long most) {
            String title = "%s: %d good, %d refused, %d failed"
                    .formatted(minute.start(), minute.good(), minute.refused(), minute.failed());
            int failed = scale(minute.failed(), most);
            int refused = scale(minute.failed() + minute.refused(), most);
            int all = scale(minute.all(), most);
            return List.of(
                    bar(index, failed, 0, "failed", title),
                    bar(index, refused, failed, "refused", title),
                    bar(index, all, refused, "good", title));
        }

        private static List<Bar> timeBars(int index, TrafficHistory.Minute minute, long slowest) {
            String title = "%s: median %d ms, 95 of 100 within %d ms"
                    .formatted(
                            minute.start(),
                            minute.median().toMillis(),
                            minute.slowest().toMillis());
            int median = scale(minute.median().toMillis(), slowest);
            int tail = scale(minute.slowest().toMillis(), slowest);
            return List.of(bar(index, median, 0, "good", title), bar(index, tail, median, "refused", title));
        }

        private static Bar bar(int index, int top, int bottom, String kind, String title) {
            return new Bar(index * WIDTH, HEIGHT - top, top - bottom, kind, title);
        }

        private static int scale(long value, long most) {
            return most == 0 ? 0 : (int) (value * HEIGHT / most);
        }
    }
}
