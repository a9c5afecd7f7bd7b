package dev.mcpgateway.router;

import dev.mcpgateway.router.docker.Container;
import dev.mcpgateway.router.docker.LabelReader;
import dev.mcpgateway.router.docker.LabelledRoutes;
import dev.mcpgateway.router.docker.Notes;
import dev.mcpgateway.router.middleware.Origins;
import dev.mcpgateway.router.route.Destination;
import dev.mcpgateway.router.route.Route;
import dev.mcpgateway.router.route.RouteReader;
import dev.mcpgateway.router.route.RouteSource;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.MiddlewareEntry;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.PublicUrls;
import dev.mcpgateway.settings.RouteEntry;
import dev.mcpgateway.settings.ServiceUpstream;
import dev.mcpgateway.settings.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What counts of {@code gateway.yaml} and of containers' labels while the router runs: the services, and the routes
 * beside theirs.
 *
 * @param labelledHosts which labels put MCP servers on, so that clients look for the authorization server there
 * @param notes what is to be said about labels, each as a sentence
 */
record RouteSettings(
        List<RouteSource.Service> services, List<Route> routes, Set<String> labelledHosts, List<String> notes) {
    private static final String SERVICE_PATH = "/mcp";

    RouteSettings {
        services = List.copyOf(services);
        routes = List.copyOf(routes);
        labelledHosts = Set.copyOf(labelledHosts);
        notes = List.copyOf(notes);
    }

    /**
     * What does not change while the router runs.
     *
     * @param scripts who may use services that do not say so themselves
     * @param isForbidden upstreams that no route may lead to
     */
    record Fixed(PublicUrls urls, Origins scripts, Predicate<Upstream> isForbidden) {}

    /** Reads the settings' file. Every problem is reported; what is returned counts only if there was none. */
    static RouteSettings read(Settings settings, Fixed fixed, List<Container> containers) {
        UpstreamReader upstreams = new UpstreamReader(settings);
        LabelledRoutes labels = LabelReader.read(containers, known(settings, fixed));
        List<RouteSource.Service> services = services(settings, upstreams, fixed, labels);
        Problems problems = settings.problems();
        RouteReader reader = new RouteReader(
                new RouteReader.Known(fixed.urls(), services, fixed.isForbidden()),
                (name, url) -> upstreams.read(name, ServiceUpstream.of(url), "/"),
                problem -> problems.add("%s: %s".formatted(settings.file().origin(), problem)));
        List<String> notes = new ArrayList<>(labels.notes());
        List<Route> written =
                reader.read(settings.file().routes(), settings.file().middlewares());
        List<Route> labelled = labelled(settings, fixed, services, labels, notes);
        Set<String> taken = taken(fixed.urls(), services, written);
        labelled.removeIf(route -> isForeign(route, taken, written, notes));
        labelled.removeIf(route -> opensNamedHost(route, settings.file(), fixed.urls(), notes));
        return new RouteSettings(
                services, Stream.concat(written.stream(), labelled.stream()).toList(), hosts(labelled), notes);
    }

    private static LabelReader.Known known(Settings settings, Fixed fixed) {
        UpstreamReader upstreams = new UpstreamReader(settings.with(settings.file(), new Problems()));
        return new LabelReader.Known(
                settings.file(),
                settings.get(KnownSettings.MCP_CORS_ORIGINS),
                settings.find(KnownSettings.DOCKER_NETWORK).orElse(""),
                settings.get(KnownSettings.DOCKER_MAX_ROUTES),
                url -> upstreams
                        .read("docker", ServiceUpstream.of(url), "/")
                        .filter(fixed.isForbidden())
                        .isPresent());
    }

    /** Whatever is wrong with a route of labels is said of that route alone, which does not count then. */
    private static List<Route> labelled(
            Settings settings,
            Fixed fixed,
            List<RouteSource.Service> services,
            LabelledRoutes labels,
            List<String> notes) {
        List<Route> routes = new ArrayList<>();
        for (RouteEntry entry : labels.routes()) {
            Problems problems = new Problems();
            UpstreamReader upstreams = new UpstreamReader(settings.with(settings.file(), problems));
            RouteReader reader = new RouteReader(
                    new RouteReader.Known(fixed.urls(), services, fixed.isForbidden()),
                    (_, name) -> Optional.ofNullable(labels.upstreams().get(name))
                            .flatMap(written -> upstreams.read(name, written, "/")),
                    problem -> problems.add(problem));
            Map<String, MiddlewareEntry> middlewares = new LinkedHashMap<>(labels.middlewares());
            middlewares.keySet().retainAll(entry.middlewares());
            List<Route> read = reader.read(List.of(entry), middlewares);
            if (problems.isEmpty()) {
                routes.addAll(read);
            } else if (notes.size() <= Notes.MAX) {
                problems.all().forEach(problem -> notes.add("not used: " + problem.replaceAll("\\p{Cntrl}", "?")));
            }
        }
        return routes;
    }

    /** The hosts that whoever labels containers has no say about, whatever priority a route is given. */
    private static Set<String> taken(PublicUrls urls, List<RouteSource.Service> services, List<Route> written) {
        Stream<String> ours = Stream.concat(
                Stream.of(urls.issuer().getHost()),
                services.stream().map(service -> urls.service(service.name()).getHost()));
        return Stream.concat(
                        ours.map(host -> host.toLowerCase(Locale.ROOT)),
                        written.stream().flatMap(route -> route.matcher().hosts().orElse(Set.of()).stream()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean isForeign(Route route, Set<String> taken, List<Route> written, List<String> notes) {
        Optional<Set<String>> hosts = route.matcher().hosts();
        if (hosts.isEmpty()) {
            notes.add("not used: routes.%s must say by Host(`...`) which hosts it is for: labels cannot take any other"
                    .formatted(route.name()));
            return true;
        }
        Optional<String> clash = hosts.get().stream()
                .filter(host -> taken.contains(host)
                        || written.stream().anyMatch(other -> other.matcher().namesByPattern(host)))
                .findFirst();
        clash.ifPresent(host -> notes.add(
                "not used: routes.%s is for the host %s, which is the authorization server's or named by gateway.yaml; write it there"
                        .formatted(route.name(), host)));
        return clash.isPresent();
    }

    /** Labels may say where a service of the file runs, also while nothing does, but not that anybody may use it. */
    private static boolean opensNamedHost(Route route, GatewayFile file, PublicUrls urls, List<String> notes) {
        Set<String> hosts = route.matcher().hosts().orElse(Set.of());
        boolean opens = route.destination() instanceof Destination.Open
                && file.services().stream()
                        .map(service -> urls.service(service.name()).getHost().toLowerCase(Locale.ROOT))
                        .anyMatch(hosts::contains);
        if (opens) {
            notes.add(
                    "not used: routes.%s would open the host of a service of gateway.yaml to everybody; write it there"
                            .formatted(route.name()));
        }
        return opens;
    }

    private static Set<String> hosts(List<Route> labelled) {
        return labelled.stream()
                .filter(route -> route.destination() instanceof Destination.Guarded)
                .flatMap(route -> route.matcher().hosts().orElse(Set.of()).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Everything that requests go to. */
    Stream<Upstream> upstreams() {
        return Stream.concat(
                services.stream().map(RouteSource.Service::upstream),
                routes.stream().flatMap(Route::upstream));
    }

    private static List<RouteSource.Service> services(
            Settings settings, UpstreamReader upstreams, Fixed fixed, LabelledRoutes labels) {
        Problems problems = settings.problems();
        List<RouteSource.Service> read = new ArrayList<>();
        for (GatewayFile.Service service : settings.file().services()) {
            String path = "services." + service.name();
            ServiceUpstream written = service.upstream().servers().isEmpty()
                    ? service.upstream().with(labels.services().getOrDefault(service.name(), List.of()))
                    : service.upstream();
            if (written.servers().isEmpty() && settings.isSet(KnownSettings.DOCKER_API_URL)) {
                continue; // until a container says that it is there
            }
            if (written.servers().isEmpty()) {
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
                    .read(service.name(), written, SERVICE_PATH)
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
