package dev.mcpgateway.router.route;

import static dev.mcpgateway.router.route.RouteMatcher.all;

import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.settings.PublicUrls;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Expands the authorization server and the services of {@code gateway.yaml} into routes. */
public final class RouteSource {
    private static final int HTTPS_PORT = 443;
    private static final String VERIFY_PATH = "/verify";

    /** What clients look for on the host of a service; each also with a path inserted behind it. */
    private static final List<String> WELL_KNOWN = List.of(
            "/.well-known/oauth-authorization-server",
            "/.well-known/openid-configuration",
            "/.well-known/oauth-protected-resource");

    /** Endpoints that scripts of any admitted origin may use. Pages are not among them. */
    private static final List<String> FOR_SCRIPTS = List.of("/token", "/register", "/revoke", "/jwks");

    private final PublicUrls urls;
    private final Upstream oracle;
    private final Upstream verify;
    private final Origins scripts;

    /** A service as its route needs it. */
    public record Service(String name, Upstream upstream, Origins origins) {}

    /**
     * @param oracle the authorization server
     * @param verify who is asked about requests; never reachable from outside
     * @param scripts whose scripts may use the authorization server's endpoints
     */
    public RouteSource(PublicUrls urls, Upstream oracle, Upstream verify, Origins scripts) {
        this.urls = urls;
        this.oracle = oracle;
        this.verify = verify;
        this.scripts = scripts;
    }

    public RouteTable expand(List<Service> services) {
        Map<String, List<Route>> routes = new LinkedHashMap<>();
        String authHost = host(urls.issuer());
        routes.put(authHost, authHostRoutes(authHost, services));
        if (!urls.pathForm()) {
            for (Service service : services) {
                String host = host(urls.service(service.name()));
                routes.put(host, serviceHostRoutes(host, service));
            }
        }
        int port = urls.issuer().getPort();
        return new RouteTable(routes, port == -1 ? HTTPS_PORT : port);
    }

    private List<Route> authHostRoutes(String host, List<Service> services) {
        List<Route> routes = new ArrayList<>();
        routes.add(new Route(
                host + "/verify", all(new RouteMatcher.Host(host), verifyPaths()), new Destination.Nowhere()));
        if (urls.pathForm()) {
            services.forEach(service -> routes.add(serviceRoute(host, service)));
        }
        routes.add(forScripts(host));
        routes.add(new Route(host, new RouteMatcher.Host(host), new Destination.Public(oracle, new Origins.None())));
        return routes;
    }

    private List<Route> serviceHostRoutes(String host, Service service) {
        return List.of(
                serviceRoute(host, service),
                forScripts(host),
                new Route(
                        host + "/authorize",
                        all(new RouteMatcher.Host(host), new RouteMatcher.Path("/authorize")),
                        new Destination.Public(oracle, new Origins.None())));
    }

    private Route serviceRoute(String host, Service service) {
        String prefix = urls.service(service.name()).getRawPath();
        return new Route(
                service.name(),
                all(new RouteMatcher.Host(host), new RouteMatcher.PathPrefix(prefix)),
                new Destination.Guarded(service.name(), service.upstream(), prefix, service.origins()));
    }

    private Route forScripts(String host) {
        List<RouteMatcher> paths = Stream.concat(WELL_KNOWN.stream(), FOR_SCRIPTS.stream())
                .<RouteMatcher>map(RouteMatcher.PathPrefix::new)
                .toList();
        return new Route(
                host + "/endpoints",
                all(new RouteMatcher.Host(host), new RouteMatcher.Any(paths)),
                new Destination.Public(oracle, scripts));
    }

    private RouteMatcher verifyPaths() {
        return new RouteMatcher.Any(List.of(
                new RouteMatcher.PathPrefixAnyCase(VERIFY_PATH), new RouteMatcher.PathPrefixAnyCase(verify.path())));
    }

    private static String host(URI url) {
        return url.getHost().toLowerCase(Locale.ROOT);
    }
}
