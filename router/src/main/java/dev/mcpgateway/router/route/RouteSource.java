package dev.mcpgateway.router.route;

import static dev.mcpgateway.router.route.RouteMatcher.all;

import dev.mcpgateway.router.middleware.Origins;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.settings.PublicUrls;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
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

    /**
     * All routes there are.
     *
     * @param written routes beside those of the services
     * @param hosts beside those of the services, on which clients look for the authorization server too
     */
    public RouteTable expand(List<Service> services, List<Route> written, Set<String> hosts) {
        List<Route> routes = new ArrayList<>(hidden());
        String authHost = host(urls.issuer());
        Set<String> others = new TreeSet<>(hosts);
        for (Service service : services) {
            String host = host(urls.service(service.name()));
            routes.add(serviceRoute(host, service));
            others.remove(host);
            if (!host.equals(authHost)) {
                routes.add(forScripts(host));
                routes.add(authorize(host));
            }
        }
        others.remove(authHost);
        for (String host : others) {
            routes.add(forScripts(host));
            routes.add(authorize(host));
        }
        routes.addAll(written);
        routes.add(forScripts(authHost));
        routes.add(Route.of(
                authHost, new RouteMatcher.Host(authHost), new Destination.Public(oracle, new Origins.None())));
        int port = urls.issuer().getPort();
        return new RouteTable(routes, port == -1 ? HTTPS_PORT : port);
    }

    /** What no rule can open, tried before everything else. */
    private List<Route> hidden() {
        List<Route> hidden = new ArrayList<>();
        hidden.add(hidden("verify", new RouteMatcher.PathPrefixAnyCase(VERIFY_PATH)));
        if (!verify.path().equals(VERIFY_PATH)) {
            RouteMatcher path = verify.path().equals("/")
                    ? new RouteMatcher.Path("/")
                    : new RouteMatcher.PathPrefixAnyCase(verify.path());
            hidden.add(hidden("verify-url", all(new RouteMatcher.Host(host(urls.issuer())), path)));
        }
        return hidden;
    }

    private static Route hidden(String name, RouteMatcher matcher) {
        return new Route(name, matcher, Integer.MAX_VALUE, new Destination.Nowhere(), List.of());
    }

    private Route authorize(String host) {
        return Route.of(
                host + "/authorize",
                all(new RouteMatcher.Host(host), new RouteMatcher.Path("/authorize")),
                new Destination.Public(oracle, new Origins.None()));
    }

    private Route serviceRoute(String host, Service service) {
        String prefix = urls.service(service.name()).getRawPath();
        return Route.of(
                service.name(),
                all(new RouteMatcher.Host(host), new RouteMatcher.PathPrefix(prefix)),
                new Destination.Guarded(service.name(), service.upstream(), prefix, service.origins()));
    }

    private Route forScripts(String host) {
        List<RouteMatcher> paths = Stream.concat(WELL_KNOWN.stream(), FOR_SCRIPTS.stream())
                .<RouteMatcher>map(RouteMatcher.PathPrefix::new)
                .toList();
        return Route.of(
                host + "/endpoints",
                all(new RouteMatcher.Host(host), new RouteMatcher.Any(paths)),
                new Destination.Public(oracle, scripts));
    }

    private static String host(URI url) {
        return url.getHost().toLowerCase(Locale.ROOT);
    }
}
