package dev.mcpgateway.router.observe;

import static dev.mcpgateway.router.entrypoint.JsonText.quote;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.Handler;
import dev.mcpgateway.router.entrypoint.JsonText;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import dev.mcpgateway.router.entrypoint.RequestTarget;
import dev.mcpgateway.router.renewal.RenewalAnswer;
import dev.mcpgateway.router.route.CurrentRoutes;
import dev.mcpgateway.router.route.Destination;
import dev.mcpgateway.router.route.Route;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.settings.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The handler of the management listener, which no route leads to. */
public final class Management implements Handler {
    private static final HeaderList JSON =
            HeaderList.of("Content-Type", "application/json", "Cache-Control", "no-store");
    private static final HeaderList METRICS =
            HeaderList.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8", "Cache-Control", "no-store");
    private static final HeaderList CHALLENGE = HeaderList.of("WWW-Authenticate", "Bearer realm=\"management\"");
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?");

    private static final Pattern RENEWAL = Pattern.compile("/admin/certificates/([^/]+)/renew");

    private final Readiness readiness;
    private final CurrentRoutes routes;
    private final Predicate<RequestTarget> mayBeVerified;
    private final Metrics metrics;
    private final Status status;
    private final Optional<Secret> adminToken;

    /**
     * @param mayBeVerified whether verify may allow a request for this
     * @param adminToken without one, everything below {@code /admin} refuses everybody
     */
    public Management(
            Readiness readiness,
            CurrentRoutes routes,
            Predicate<RequestTarget> mayBeVerified,
            Metrics metrics,
            Status status,
            Optional<Secret> adminToken) {
        this.readiness = readiness;
        this.routes = routes;
        this.mayBeVerified = mayBeVerified;
        this.metrics = metrics;
        this.status = status;
        this.adminToken = adminToken;
    }

    @Override
    public void handle(ClientExchange exchange) throws IOException, RefusedRequest {
        if (exchange.headers().contains("X-Forwarded-Host")) {
            throw RefusedRequest.of(
                    403, "forwarded", "Management is not reachable through a proxy, this gateway included");
        }
        String path = exchange.target().path();
        if (path.equals("/admin") || path.startsWith("/admin/")) {
            requireAdmin(exchange);
        }
        switch (path) {
            case "/health/live" -> answer(exchange, 200, "{\"status\":\"up\"}");
            case "/health/ready" -> answerReadiness(exchange);
            case "/metrics" -> exchange.answer(200, METRICS, metrics.text());
            case "/admin/routes/explain" ->
                answer(
                        exchange,
                        200,
                        RouteExplanation.json(
                                routes.table(), mayBeVerified, exchange.target().query()));
            case "/admin/certificates" ->
                answer(exchange, 200, status.certificates().json());
            case "/admin/routes" -> answer(exchange, 200, routesJson());
            case "/" -> answerPage(exchange);
            case StatusPage.STYLESHEET -> StatusPage.answerStylesheet(exchange);
            default -> answerRenewal(exchange, RENEWAL.matcher(path));
        }
    }

    /** Whoever sits at this machine may look, and whoever has the token: browsers ask for it as a password. */
    private void answerPage(ClientExchange exchange) throws IOException, RefusedRequest {
        boolean atThisMachine = LOOPBACK.matcher(exchange.remoteAddress()).matches()
                && LOOPBACK.matcher(exchange.target().host()).matches();
        boolean hasToken = adminToken
                .filter(token -> password(exchange).filter(token::matches).isPresent())
                .isPresent();
        if (!atThisMachine && !hasToken) {
            throw RefusedRequest.of(
                    401,
                    "unauthorized",
                    "The token of ADMIN_TOKEN_FILE is needed as password, or come by localhost",
                    HeaderList.of("WWW-Authenticate", "Basic realm=\"management\", charset=\"UTF-8\""));
        }
        StatusPage.answer(exchange, status.page());
    }

    private static Optional<String> password(ClientExchange exchange) {
        return exchange.headers()
                .first("Authorization")
                .filter(value -> value.startsWith(BASIC))
                .flatMap(value -> decode(value.substring(BASIC.length())))
                .filter(credentials -> credentials.contains(":"))
                .map(credentials -> credentials.substring(credentials.indexOf(':') + 1));
    }

    private static Optional<String> decode(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // no credentials, then
        }
    }

    private void requireAdmin(ClientExchange exchange) throws RefusedRequest {
        Secret token = adminToken.orElseThrow(() -> RefusedRequest.of(
                403, "admin_disabled", "Set ADMIN_TOKEN_FILE to a file that holds a token to use /admin"));
        boolean admitted = exchange.headers()
                .first("Authorization")
                .filter(value -> value.startsWith(BEARER))
                .filter(value -> token.matches(value.substring(BEARER.length())))
                .isPresent();
        if (!admitted) {
            throw RefusedRequest.of(401, "unauthorized", "The token of ADMIN_TOKEN_FILE is needed", CHALLENGE);
        }
    }

    /** Takes as long as an order. */
    private void answerRenewal(ClientExchange exchange, Matcher path) throws IOException, RefusedRequest {
        if (!path.matches()) {
            throw RefusedRequest.of(404, "not_found", "There is nothing at this address");
        }
        if (!exchange.target().method().equals("POST")) {
            throw RefusedRequest.of(
                    405, "method_not_allowed", "A certificate is renewed by POST", HeaderList.of("Allow", "POST"));
        }
        RenewalAnswer renewal = status.certificates().renew(path.group(1).toLowerCase(Locale.ROOT));
        answer(
                exchange,
                renewal.isRenewed() ? 200 : 409,
                "{\"renewed\":%s,\"message\":%s}".formatted(renewal.isRenewed(), quote(renewal.words())));
    }

    private void answerReadiness(ClientExchange exchange) throws IOException {
        Map<String, Boolean> conditions = readiness.conditions();
        boolean ready = !conditions.containsValue(false);
        String details = conditions.entrySet().stream()
                .map(condition -> quote(condition.getKey()) + ":" + quote(condition.getValue() ? "up" : "down"))
                .collect(Collectors.joining(","));
        answer(exchange, ready ? 200 : 503, "{\"status\":%s,%s}".formatted(quote(ready ? "up" : "down"), details));
    }

    private String routesJson() {
        String table = routes.table().all().stream().map(Management::json).collect(Collectors.joining(",\n", "[", "]"));
        return "{\"routes\":%s,\"rejected\":%s,\"labels\":%s}"
                .formatted(
                        table,
                        routes.rejection().map(Management::json).orElse("null"),
                        routes.labels().map(Management::json).orElse("null"));
    }

    private static String json(CurrentRoutes.LabelReport labels) {
        return "{\"problem\":%s,\"notes\":%s}"
                .formatted(labels.problem().isEmpty() ? "null" : quote(labels.problem()), json(labels.notes()));
    }

    private static String json(List<String> sentences) {
        return sentences.stream().map(JsonText::quote).collect(Collectors.joining(",", "[", "]"));
    }

    private static String json(CurrentRoutes.Rejection rejection) {
        return "{\"since\":%s,\"problems\":%s}"
                .formatted(quote(rejection.since().toString()), json(rejection.problems()));
    }

    private static String json(Route route) {
        String kind = switch (route.destination()) {
            case Destination.Nowhere _ -> "\"access\":\"none\"";
            case Destination.Public(var upstream, var _) -> "\"access\":\"public\"," + upstream(upstream);
            case Destination.Guarded(var _, var upstream, var _, var _) ->
                "\"access\":\"verified\"," + upstream(upstream);
            case Destination.Open(var _, var upstream, var _, var _) -> "\"access\":\"open\"," + upstream(upstream);
        };
        String middlewares = route.middlewares().stream()
                .map(middleware -> quote(middleware.name()))
                .collect(Collectors.joining(",", "[", "]"));
        return "{\"name\":%s,\"rule\":%s,\"priority\":%d,\"middlewares\":%s,%s}"
                .formatted(quote(route.name()), quote(route.matcher().rule()), route.priority(), middlewares, kind);
    }

    private static String upstream(Upstream upstream) {
        return "\"upstream\":" + quote(upstream.servers().getFirst().url().toString());
    }

    private static void answer(ClientExchange exchange, int status, String json) throws IOException {
        exchange.answer(status, JSON, (json + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
