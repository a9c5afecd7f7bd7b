package dev.mcpgateway.router;

import dev.mcpgateway.router.middleware.Origins;
import dev.mcpgateway.router.route.Route;
import dev.mcpgateway.router.route.RouteReader;
import dev.mcpgateway.router.route.RouteSource;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.PublicUrls;
import dev.mcpgateway.settings.ServiceUpstream;
import dev.mcpgateway.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What counts of {@code gateway.yaml} while the router runs: the services, and the routes beside theirs. */
record RouteSettings(List<RouteSource.Service> services, List<Route> routes) {
    private static final String SERVICE_PATH = "/mcp";

    RouteSettings {
        services = List.copyOf(services);
        routes = List.copyOf(routes);
    }

    /**
     * What does not change while the router runs.
     *
     * @param scripts who may use services that do not say so themselves
     * @param isForbidden upstreams that no route may lead to
     */
    record Fixed(PublicUrls urls, Origins scripts, Predicate<Upstream> isForbidden) {}

    /** Reads the settings' file. Every problem is reported; what is returned counts only if there was none. */
    static RouteSettings read(Settings settings, Fixed fixed) {
        UpstreamReader upstreams = new UpstreamReader(settings);
        List<RouteSource.Service> services = services(settings, upstreams, fixed);
        Problems problems = settings.problems();
        RouteReader reader = new RouteReader(
                new RouteReader.Known(fixed.urls(), services, fixed.isForbidden()),
                (name, url) -> upstreams.read(name, ServiceUpstream.of(url), "/"),
                problem -> problems.add("%s: %s".formatted(settings.file().origin(), problem)));
        return new RouteSettings(
                services, reader.read(settings.file().routes(), settings.file().middlewares()));
    }

    /** Everything that requests go to. */
    Stream<Upstream> upstreams() {
        return Stream.concat(
                services.stream().map(RouteSource.Service::upstream),
                routes.stream().flatMap(Route::upstream));
    }

    private static List<RouteSource.Service> services(Settings settings, UpstreamReader upstreams, Fixed fixed) {
        Problems problems = settings.problems();
        List<RouteSource.Service> read = new ArrayList<>();
        for (GatewayFile.Service service : settings.file().services()) {
            String path = "services." + service.name();
            if (service.upstream().servers().isEmpty()) {
                problems.add("%s: %s.upstream is missing: where does the service run? Such as http://mcp-%s:3000"
                        .formatted(settings.file().origin(), path, service.name()));
                continue;
            }
            if (isOnIssuersHost(service, fixed.urls())) {
                problems.add("services.%s would have the host of ISSUER, %s; choose another name"
                        .formatted(service.name(), fixed.urls().issuer().getHost()));
            }
            Origins origins = service.origins() == null
                    ? fixed.scripts()
                    : origins(service.origins(), settings.file().origin() + ": " + path + ".origins", problems);
            upstreams
                    .read(service.name(), service.upstream(), SERVICE_PATH)
                    .ifPresent(upstream -> read.add(new RouteSource.Service(service.name(), upstream, origins)));
        }
        return List.copyOf(read);
    }

    private static boolean isOnIssuersHost(GatewayFile.Service service, PublicUrls urls) {
        return !urls.pathForm()
                && urls.service(service.name())
                        .getHost()
                        .equalsIgnoreCase(urls.issuer().getHost());
    }

    static Origins origins(List<String> written, String name, Problems problems) {
        return Origins.parse(written).orElseGet(() -> {
            problems.add(name + " is not accepted: accepted is `*`, or origins such as https://app.example.com,"
                    + " with the port unless it is the scheme's own, without a path");
            return new Origins.None();
        });
    }
}
