package dev.mcpgateway.router.route;

import dev.mcpgateway.router.entrypoint.RequestTarget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All routes, in the order in which they are tried, by host. Requests for other hosts, or for another port than the
 * public one, have no route.
 */
public final class RouteTable {
    private static final int HTTPS_PORT = 443;

    private final Map<String, List<Route>> routesByHost;
    private final int publicPort;

    /**
     * @param routesByHost hosts in lower case
     * @param publicPort by which clients reach the HTTPS entry point
     */
    public RouteTable(Map<String, List<Route>> routesByHost, int publicPort) {
        Map<String, List<Route>> copy = new LinkedHashMap<>();
        routesByHost.forEach((host, routes) -> copy.put(host, List.copyOf(routes)));
        this.routesByHost = copy;
        this.publicPort = publicPort;
    }

    /** The first route that matches. */
    public Optional<Route> find(RequestView request) {
        RequestTarget target = request.target();
        int port = target.port() == -1 ? HTTPS_PORT : target.port();
        if (port != publicPort) {
            return Optional.empty();
        }
        return routesByHost.getOrDefault(target.host(), List.of()).stream()
                .filter(route -> route.matcher().matches(request))
                .findFirst();
    }

    /** Every host that has routes, in lower case. */
    public Set<String> hosts() {
        return Set.copyOf(routesByHost.keySet());
    }

    public int publicPort() {
        return publicPort;
    }

    public List<Route> all() {
        return routesByHost.values().stream().flatMap(List::stream).toList();
    }
}
