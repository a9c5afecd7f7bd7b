package dev.mcpgateway.router.route;

import dev.mcpgateway.router.middleware.Middleware;
import dev.mcpgateway.router.middleware.MiddlewareReader;
import dev.mcpgateway.router.middleware.Origins;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.settings.MiddlewareEntry;
import dev.mcpgateway.settings.Nearest;
import dev.mcpgateway.settings.PublicUrls;
import dev.mcpgateway.settings.RouteEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Makes routes of what was written, and reports every reason why one cannot be. */
public final class RouteReader {
    private static final String WHOLE_PATH = "/";

    private final Known known;
    private final BiFunction<String, String, Optional<Upstream>> upstreams;
    private final Consumer<String> problems;

    /**
     * What routes may refer to.
     *
     * @param isForbidden upstreams that no route may lead to: the authorization server, which has routes of its own,
     *     and management listeners
     */
    public record Known(PublicUrls urls, List<RouteSource.Service> services, Predicate<Upstream> isForbidden) {
        public Known {
            services = List.copyOf(services);
        }
    }

    /**
     * @param upstreams reads the URL of the route of that name; it reports what is wrong with it
     * @param problems takes each problem as a sentence that begins with the route's name
     */
    public RouteReader(
            Known known, BiFunction<String, String, Optional<Upstream>> upstreams, Consumer<String> problems) {
        this.known = known;
        this.upstreams = upstreams;
        this.problems = problems;
    }

    /** Those that can be, in order. */
    public List<Route> read(List<RouteEntry> entries, Map<String, MiddlewareEntry> middlewareEntries) {
        MiddlewareReader reader = new MiddlewareReader(problems);
        Map<String, Optional<Middleware>> middlewares = new LinkedHashMap<>();
        middlewareEntries.forEach((name, entry) -> middlewares.put(name, reader.read(name, entry)));
        return entries.stream()
                .flatMap(entry -> route(entry, middlewares).stream())
                .toList();
    }

    private Optional<Route> route(RouteEntry entry, Map<String, Optional<Middleware>> middlewares) {
        if (service(entry.name()).isPresent()) {
            report(entry, "has the name of a service; choose another");
        }
        Optional<RouteMatcher> matcher = matcher(entry);
        List<Middleware> used = middlewares(entry, middlewares);
        Optional<Destination> destination = destination(entry, used);
        if (matcher.isEmpty() || destination.isEmpty()) {
            return Optional.empty();
        }
        int priority = entry.priority().orElse(entry.rule().orElse("").length());
        return Optional.of(new Route(entry.name(), matcher.get(), priority, destination.get(), used));
    }

    private Optional<RouteMatcher> matcher(RouteEntry entry) {
        if (entry.rule().isEmpty()) {
            report(entry, "has no rule: which requests is it for? Such as Host(`info.%s`)".formatted(domain()));
            return Optional.empty();
        }
        try {
            RouteMatcher matcher = RuleParser.parse(entry.rule().get());
            matcher.hosts().orElse(Set.of()).forEach(host -> requireOurs(entry, host));
            return Optional.of(matcher);
        } catch (RuleException e) {
            report(entry, "has a rule that cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Certificates are made for these names alone. */
    private void requireOurs(RouteEntry entry, String host) {
        String issuer = known.urls().issuer().getHost().toLowerCase(Locale.ROOT);
        if (!host.equals(domain()) && !host.endsWith("." + domain()) && !host.equals(issuer)) {
            report(entry, "is for the host %s: accepted are %s and names below it".formatted(host, domain()));
        }
    }

    private List<Middleware> middlewares(RouteEntry entry, Map<String, Optional<Middleware>> middlewares) {
        List<Middleware> used = new ArrayList<>();
        for (String name : entry.middlewares()) {
            Optional<Middleware> middleware = middlewares.get(name);
            if (middleware == null) {
                String hint = Nearest.of(name, middlewares.keySet())
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("");
                report(entry, "uses the middleware '%s', which is not there%s".formatted(name, hint));
            } else {
                middleware.ifPresent(used::add);
            }
        }
        boolean byIdentity = used.stream()
                .anyMatch(middleware ->
                        middleware instanceof Middleware.RateLimit limit && limit.by() == Middleware.By.IDENTITY);
        if (entry.open() && byIdentity) {
            report(entry, "counts requests by identity, but with auth: none nobody is known; count them by address");
        }
        return used;
    }

    private Optional<Destination> destination(RouteEntry entry, List<Middleware> middlewares) {
        if (entry.service().isPresent() == entry.upstream().isPresent()) {
            report(
                    entry,
                    "must say where its requests go: either `service:` with a service's name or `upstream:` with a URL");
            return Optional.empty();
        }
        Optional<Origins> written = middlewares.stream()
                .flatMap(middleware -> middleware instanceof Middleware.CrossOrigin(var _, var origins)
                        ? Optional.of(origins).stream()
                        : Optional.<Origins>empty().stream())
                .findFirst();
        return entry.service().isPresent()
                ? toService(entry, entry.service().get(), written)
                : toUpstream(entry, entry.upstream().orElseThrow(), written);
    }

    private Optional<Destination> toService(RouteEntry entry, String name, Optional<Origins> origins) {
        Optional<RouteSource.Service> service = service(name);
        if (service.isEmpty()) {
            List<String> names =
                    known.services().stream().map(RouteSource.Service::name).toList();
            String hint = Nearest.of(name, names)
                    .map(near -> "did you mean '" + near + "'?")
                    .orElse("known are " + names);
            report(entry, "is for the service '%s', which is not there; %s".formatted(name, hint));
        }
        return service.map(known -> destination(
                entry.open(),
                name,
                known.upstream(),
                this.known.urls().service(name).getRawPath(),
                origins.orElse(known.origins())));
    }

    private Optional<Destination> toUpstream(RouteEntry entry, String url, Optional<Origins> origins) {
        Optional<Upstream> upstream = upstreams.apply(entry.name(), url);
        if (upstream.filter(found -> !found.path().equals(WHOLE_PATH)).isPresent()) {
            report(entry, "has an upstream with a path: paths go on as they are; leave it out");
        }
        if (upstream.filter(known.isForbidden()).isPresent()) {
            report(
                    entry,
                    "leads to the gateway itself; the authorization server has its own routes, and management none");
        }
        return upstream.map(found ->
                destination(entry.open(), entry.name(), found, WHOLE_PATH, origins.orElse(new Origins.None())));
    }

    private static Destination destination(
            boolean open, String service, Upstream upstream, String prefix, Origins origins) {
        return open
                ? new Destination.Open(service, upstream, prefix, origins)
                : new Destination.Guarded(service, upstream, prefix, origins);
    }

    private Optional<RouteSource.Service> service(String name) {
        return known.services().stream()
                .filter(service -> service.name().equals(name))
                .findFirst();
    }

    private String domain() {
        return known.urls().baseDomain();
    }

    private void report(RouteEntry entry, String problem) {
        problems.accept("routes.%s %s".formatted(entry.name(), problem));
    }
}
