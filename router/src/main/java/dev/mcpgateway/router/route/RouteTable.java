package dev.mcpgateway.router.route;

import dev.mcpgateway.router.entrypoint.RequestTarget;
import dev.mcpgateway.router.middleware.Middleware;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All routes, in the order in which they are tried. Requests for another port than the public one have no route.
 *
 * <p>Immutable. A request looks only at the routes that its host may have.
 */
public final class RouteTable {
    private static final int HTTPS_PORT = 443;

    private final List<Route> routes;
    private final Map<String, List<Route>> routesByHost = new HashMap<>();
    private final List<Route> routesOfAnyHost;
    private final int publicPort;

    /**
     * @param routes in the order of the configuration
     * @param publicPort by which clients reach the HTTPS entry point
     */
    public RouteTable(List<Route> routes, int publicPort) {
        this.routes = routes.stream()
                .sorted(Comparator.comparingInt(Route::priority).reversed())
                .toList();
        this.publicPort = publicPort;
        Set<String> hosts = new LinkedHashSet<>();
        this.routes.forEach(route -> route.matcher().hosts().ifPresent(hosts::addAll));
        hosts.forEach(host -> routesByHost.put(host, candidates(host)));
        routesOfAnyHost = candidates("");
    }

    /** The first route that matches. */
    public Optional<Route> find(RequestView request) {
        return isForUs(request.target())
                ? candidates(request).stream()
                        .filter(route -> route.matcher().matches(request))
                        .findFirst()
                : Optional.empty();
    }

    /** Whether a request came for the public port. */
    public boolean isForUs(RequestTarget target) {
        return (target.port() == -1 ? HTTPS_PORT : target.port()) == publicPort;
    }

    /** Every host that some route is for by name, in lower case. These have certificates. */
    public Set<String> hosts() {
        return Set.copyOf(routesByHost.keySet());
    }

    public int publicPort() {
        return publicPort;
    }

    /** In the order in which they are tried. */
    public List<Route> all() {
        return routes;
    }

    /** Those of all routes. */
    public List<Middleware> middlewares() {
        return routes.stream().flatMap(route -> route.middlewares().stream()).toList();
    }

    private List<Route> candidates(RequestView request) {
        return routesByHost.getOrDefault(request.target().host(), routesOfAnyHost);
    }

    private List<Route> candidates(String host) {
        return routes.stream()
                .filter(route -> route.matcher()
                        .hosts()
                        .map(hosts -> hosts.contains(host))
                        .orElse(true))
                .toList();
    }
}
