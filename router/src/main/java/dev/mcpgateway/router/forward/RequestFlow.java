package dev.mcpgateway.router.forward;

import dev.mcpgateway.router.auth.Admission;
import dev.mcpgateway.router.auth.ForwardAuth;
import dev.mcpgateway.router.auth.Verdict;
import dev.mcpgateway.router.auth.VerifyRequest;
import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.Handler;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import dev.mcpgateway.router.entrypoint.RequestTarget;
import dev.mcpgateway.router.middleware.Cors;
import dev.mcpgateway.router.middleware.HeaderPolicy;
import dev.mcpgateway.router.middleware.Middleware;
import dev.mcpgateway.router.middleware.Middlewares;
import dev.mcpgateway.router.middleware.Origins;
import dev.mcpgateway.router.middleware.SecurityHeaders;
import dev.mcpgateway.router.route.CurrentRoutes;
import dev.mcpgateway.router.route.Destination;
import dev.mcpgateway.router.route.RequestView;
import dev.mcpgateway.router.route.Route;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.RequestBody;
import dev.mcpgateway.settings.Secret;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Every step that a request takes, in order. Each step either passes it on or answers it. */
public final class RequestFlow implements Handler {
    private static final String SECRET_HEADER = "Gateway-Verify-Secret";
    private static final String USER = "X-User-Id";
    private static final HeaderList RETRY_SOON = HeaderList.of("Retry-After", "1");

    private final CurrentRoutes routes;
    private final Middlewares middlewares;
    private final ForwardAuth auth;
    private final Forwarder forwarder;
    private final Secret oracleSecret;
    private final long maxBodyBytes;

    /** @param oracleSecret by which the authorization server knows that the forwarding fields are the router's */
    public RequestFlow(
            CurrentRoutes routes,
            Middlewares middlewares,
            ForwardAuth auth,
            Forwarder forwarder,
            Secret oracleSecret,
            long maxBodyBytes) {
        this.routes = routes;
        this.middlewares = middlewares;
        this.auth = auth;
        this.forwarder = forwarder;
        this.oracleSecret = oracleSecret;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public void handle(ClientExchange exchange) throws IOException, RefusedRequest {
        exchange.addHeader("X-Request-Id", exchange.requestId());
        SecurityHeaders.addTo(exchange);
        Route route = routes.table().find(RequestView.of(exchange)).orElseThrow(RequestFlow::notFound);
        exchange.record().routed(route.name(), route.destination().service());
        if (middlewares.answered(exchange, route.middlewares())) {
            return;
        }
        switch (route.destination()) {
            case Destination.Nowhere _ -> throw notFound();
            case Destination.Public destination -> serve(exchange, destination);
            case Destination.Guarded destination -> serve(exchange, destination, route.middlewares());
            case Destination.Open destination -> serve(exchange, destination, route.middlewares());
        }
    }

    private void serve(ClientExchange exchange, Destination.Public destination) throws IOException, RefusedRequest {
        Origins scripts = destination.scripts();
        if (!(scripts instanceof Origins.None)) {
            Cors.expose(exchange, scripts);
            if (Cors.isPreflight(exchange)) {
                Cors.answerPreflight(exchange, scripts);
                return;
            }
        }
        // Strangers may ask, so that a body is never more than what is read before a connection is taken.
        exchange.limitBody(Math.min(maxBodyBytes, RequestBody.READ_WHOLE_BYTES));
        HeaderList headers = forwarded(exchange)
                .add(SECRET_HEADER, oracleSecret.reveal())
                .addAll(fromClient(exchange))
                .build();
        String target = exchange.target().raw();
        forwarder.forward(exchange, destination.upstream(), target, headers, null, HeaderPolicy::fromOracle, _ -> {});
    }

    private void serve(ClientExchange exchange, Destination.Open destination, List<Middleware> around)
            throws IOException, RefusedRequest {
        if (!(destination.origins() instanceof Origins.None)) {
            Cors.requireOrigin(exchange, destination.origins());
            Cors.expose(exchange, destination.origins());
            if (Cors.isPreflight(exchange)) {
                Cors.answerPreflight(exchange, destination.origins());
                return;
            }
        }
        exchange.limitBody(Middlewares.bodyBytes(maxBodyBytes, around));
        HeaderList headers = forService(exchange, fromClient(exchange), around).build();
        forwarder.forward(
                exchange,
                destination.upstream(),
                destination.target(exchange.target()),
                headers,
                null,
                answer -> Middlewares.onAnswer(HeaderPolicy.fromService(answer), around),
                _ -> {});
    }

    private void serve(ClientExchange exchange, Destination.Guarded destination, List<Middleware> around)
            throws IOException, RefusedRequest {
        Cors.requireOrigin(exchange, destination.origins());
        Cors.expose(exchange, destination.origins());
        if (Cors.isPreflight(exchange)) {
            Cors.answerPreflight(exchange, destination.origins());
            return;
        }
        exchange.limitBody(Middlewares.bodyBytes(maxBodyBytes, around));
        HeaderList fromClient = fromClient(exchange);
        VerifyRequest question = question(exchange, fromClient);
        Verdict verdict = auth.decide(question);
        exchange.record().verified();
        switch (verdict) {
            case Verdict.Allow allow -> {
                exchange.record().identified(identity(allow, USER), identity(allow, "X-Client-Id"));
                middlewares.limitIdentity(identity(allow, USER), around);
                try (Admission admission = auth.admit(question, allow)) {
                    pass(exchange, destination, fromClient, allow, admission, around);
                }
            }
            case Verdict.Deny(var status, var headers, var body) -> exchange.answer(status, headers, body);
            case Verdict.Unavailable _ ->
                throw RefusedRequest.of(
                        503, "verify_unavailable", "Access cannot be checked right now; try again", RETRY_SOON);
        }
    }

    private void pass(
            ClientExchange exchange,
            Destination.Guarded destination,
            HeaderList fromClient,
            Verdict.Allow allow,
            Admission admission,
            List<Middleware> around)
            throws IOException, RefusedRequest {
        SecurityHeaders.forbidPages(exchange);
        HeaderList headers = forService(exchange, fromClient, around)
                .addAll(allow.identity())
                .build();
        forwarder.forward(
                exchange,
                destination.upstream(),
                destination.target(exchange.target()),
                headers,
                identity(allow, USER),
                answer -> Middlewares.onAnswer(HeaderPolicy.fromService(answer), around),
                admission::streaming);
    }

    private static HeaderList.Builder forService(
            ClientExchange exchange, HeaderList fromClient, List<Middleware> around) {
        return forwarded(exchange).addAll(Middlewares.onRequest(HeaderPolicy.forService(fromClient), around));
    }

    private static VerifyRequest question(ClientExchange exchange, HeaderList fromClient) {
        RequestTarget target = exchange.target();
        return new VerifyRequest(
                target.method(),
                exchange.scheme(),
                target.authority(),
                target.raw(),
                exchange.remoteAddress(),
                fromClient.with("X-Request-Id", exchange.requestId()));
    }

    /** What of the client's fields goes on, in the trace that the router continues. */
    private static HeaderList fromClient(ClientExchange exchange) {
        HeaderList passed = HeaderPolicy.fromClient(exchange.headers());
        Map<String, String> trace = exchange.record().trace();
        if (trace.isEmpty()) {
            return passed;
        }
        HeaderList.Builder continued =
                HeaderList.builder().addAll(passed.only(name -> !trace.containsKey(name.toLowerCase(Locale.ROOT))));
        trace.forEach(continued::add);
        return continued.build();
    }

    private static String identity(Verdict.Allow allow, String name) {
        return allow.identity().first(name).orElse("");
    }

    /** The fields that the router alone sets, from what it saw itself. */
    private static HeaderList.Builder forwarded(ClientExchange exchange) {
        return HeaderList.builder()
                .add("Host", exchange.target().authority())
                .add("X-Forwarded-Proto", exchange.scheme())
                .add("X-Forwarded-Host", exchange.target().authority())
                .add("X-Forwarded-For", exchange.remoteAddress())
                .add("X-Request-Id", exchange.requestId());
    }

    private static RefusedRequest notFound() {
        return RefusedRequest.of(404, "not_found", "There is nothing at this address");
    }
}
