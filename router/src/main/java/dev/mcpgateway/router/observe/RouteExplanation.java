package dev.mcpgateway.router.observe;

import static dev.mcpgateway.router.entrypoint.JsonText.quote;

import dev.mcpgateway.router.entrypoint.JsonText;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import dev.mcpgateway.router.entrypoint.RequestTarget;
import dev.mcpgateway.router.middleware.Middleware;
import dev.mcpgateway.router.middleware.Origins;
import dev.mcpgateway.router.route.Destination;
import dev.mcpgateway.router.route.Mismatch;
import dev.mcpgateway.router.route.RequestView;
import dev.mcpgateway.router.route.Route;
import dev.mcpgateway.router.route.RouteTable;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.settings.Rate;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which route a request would take, why none before it, and what would happen then. Nothing is sent anywhere. */
final class RouteExplanation {
    private static final Pattern URL = Pattern.compile("(https?)://([^/?#]+)([/?#].*)?");
    private static final String SOMEBODY = "192.0.2.1";

    private final RouteTable table;
    private final Predicate<RequestTarget> mayBeVerified;
    private final RequestView request;

    private RouteExplanation(RouteTable table, Predicate<RequestTarget> mayBeVerified, RequestView request) {
        this.table = table;
        this.mayBeVerified = mayBeVerified;
        this.request = request;
    }

    /**
     * Explains a request as a JSON object.
     *
     * @param mayBeVerified whether verify may allow a request for this
     * @param query of the question: {@code url}, and if needed {@code method}, {@code header} ({@code name: value}, any
     *     number) and {@code address} of the client
     * @throws RefusedRequest 400 if that is no request at all
     */
    static String json(RouteTable table, Predicate<RequestTarget> mayBeVerified, String query) throws RefusedRequest {
        try {
            return explain(table, mayBeVerified, query);
        } catch (IllegalArgumentException _) {
            throw RefusedRequest.of(
                    400, "invalid_request", "Accepted are encoded parameters, and headers such as 'Accept: text/html'");
        }
    }

    private static String explain(RouteTable table, Predicate<RequestTarget> mayBeVerified, String query)
            throws RefusedRequest {
        Matcher url = URL.matcher(first(query, "url").orElse(""));
        if (!url.matches()) {
            throw RefusedRequest.of(400, "invalid_request", "Accepted is ?url= with an https URL that has a host");
        }
        if (url.group(1).equals("http")) {
            return json("null", List.of(), List.of("answered with a redirect to https, if the host is known"));
        }
        String rest = url.group(3) == null ? "/" : url.group(3);
        RequestTarget target;
        try {
            target = RequestTarget.of(
                    RequestTarget.method(first(query, "method").orElse("GET")),
                    rest.startsWith("/") ? rest : "/" + rest,
                    List.of(url.group(2)));
        } catch (RefusedRequest refusal) {
            return json(
                    "null",
                    List.of(),
                    List.of("answered with %d: %s".formatted(refusal.status(), refusal.getMessage())));
        }
        RequestView request =
                new RequestView(target, headers(query), first(query, "address").orElse(SOMEBODY));
        return new RouteExplanation(table, mayBeVerified, request).json();
    }

    private String json() {
        if (!table.isForUs(request.target())) {
            return json(
                    "null",
                    List.of(),
                    List.of("answered with 404: routes are for port %d".formatted(table.publicPort())));
        }
        List<String> tried = new ArrayList<>();
        for (Route route : table.all()) {
            if (route.matcher().matches(request)) {
                tried.add(json(route, "null"));
                return json(quote(route.name()), tried, steps(route));
            }
            tried.add(json(route, quote(Mismatch.of(route.matcher(), request))));
        }
        return json("null", tried, List.of("answered with 404: no route matches"));
    }

    private static String json(String taken, List<String> tried, List<String> steps) {
        return "{\"taken\":%s,\"tried\":[%s],\"then\":%s}"
                .formatted(
                        taken,
                        String.join(",\n", tried),
                        steps.stream().map(JsonText::quote).collect(Collectors.joining(",", "[", "]")));
    }

    private static String json(Route route, String why) {
        return "{\"name\":%s,\"rule\":%s,\"priority\":%d,\"not_taken_because\":%s}"
                .formatted(quote(route.name()), quote(route.matcher().rule()), route.priority(), why);
    }

    private List<String> steps(Route route) {
        List<String> steps = new ArrayList<>();
        route.middlewares().stream()
                .filter(middleware -> !isByIdentity(middleware))
                .forEach(middleware -> steps.add(words(middleware)));
        switch (route.destination()) {
            case Destination.Nowhere _ -> steps.add("answered with 404: no rule makes this reachable");
            case Destination.Public(var upstream, var scripts) -> {
                steps.add(words(scripts));
                steps.add(forwarded(
                        "the authorization server", upstream, request.target().raw()));
            }
            case Destination.Guarded guarded -> {
                steps.add(words(guarded.origins()));
                steps.add("verify is asked; unless it allows the request, its answer or 503 is the answer");
                if (!mayBeVerified.test(request.target())) {
                    steps.add(
                            "answered with 403, for gateway.yaml names no service at this URL, so verify allows nobody"
                                    + " here; use the URL of a service, or auth: none");
                    return steps;
                }
                route.middlewares().stream()
                        .filter(RouteExplanation::isByIdentity)
                        .forEach(middleware -> steps.add(words(middleware)));
                steps.add(forwarded(
                        guarded.service() + ", with the identity,",
                        guarded.upstream(),
                        guarded.target(request.target())));
            }
            case Destination.Open open -> {
                steps.add(words(open.origins()));
                steps.add("verify is not asked (auth: none)");
                steps.add(forwarded(open.service(), open.upstream(), open.target(request.target())));
            }
        }
        return steps;
    }

    private String forwarded(String whom, Upstream upstream, String target) {
        String servers = upstream.servers().stream()
                .map(server -> server.url().authority())
                .collect(Collectors.joining(", "));
        return "forwarded to %s at %s as %s %s"
                .formatted(whom, servers, request.target().method(), target);
    }

    private static boolean isByIdentity(Middleware middleware) {
        return middleware instanceof Middleware.RateLimit limit && limit.by() == Middleware.By.IDENTITY;
    }

    private static String words(Origins origins) {
        return switch (origins) {
            case Origins.None _ -> "scripts may not read the answer";
            case Origins.HttpsOrLoopback _ -> "scripts of https and loopback origins may read the answer";
            case Origins.Listed(var listed) -> "scripts of %s may read the answer".formatted(String.join(", ", listed));
        };
    }

    private static String words(Middleware middleware) {
        String what = switch (middleware) {
            case Middleware.Headers(var _, var request, var response) ->
                "changes the headers %s of the request and %s of the answer"
                        .formatted(request.names(), response.names());
            case Middleware.CrossOrigin _ -> "lets scripts of its origins in";
            case Middleware.RateLimit(var _, Rate average, var burst, var by) ->
                "lets %d requests in %s through per %s, %d at once; else 429"
                        .formatted(
                                average.count(),
                                average.period(),
                                by == Middleware.By.ADDRESS ? "address" : "user",
                                burst);
            case Middleware.BodyLimit(var _, var bytes) ->
                "refuses bodies of more than %d bytes with 413".formatted(bytes);
            case Middleware.IpAllowList(var _, var networks) ->
                "refuses addresses outside of %s with 403".formatted(networks);
            case Middleware.ClientCertificate(var _, var authorities) ->
                "refuses clients without a certificate of %s with 403".formatted(authorities);
            case Middleware.Redirect(var _, var regexp, var location, var permanent) ->
                "answers with %d to %s where %s is found in the URL".formatted(permanent ? 308 : 307, location, regexp);
        };
        return "middleware %s %s".formatted(middleware.name(), what);
    }

    private static HeaderList headers(String query) {
        HeaderList.Builder headers = HeaderList.builder();
        all(query, "header")
                .map(header -> header.split(":", 2))
                .forEach(parts -> headers.add(parts[0].strip(), parts.length == 1 ? "" : parts[1].strip()));
        return headers.build();
    }

    private static Optional<String> first(String query, String name) {
        return all(query, name).findFirst().filter(value -> !value.isEmpty());
    }

    private static Stream<String> all(String query, String name) {
        return Stream.of(query.replaceFirst("^\\?", "").split("&", -1))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8));
    }
}
