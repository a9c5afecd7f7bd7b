package dev.mcpgateway.router.docker;

import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.MiddlewareEntry;
import dev.mcpgateway.settings.RouteEntry;
import dev.mcpgateway.settings.ServiceUpstream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes of containers' labels what {@code gateway.yaml} would say. A route that would come without something that its
 * labels ask for is left out; one that asks for nobody's leave is verified all the same. Reads once.
 */
public final class LabelReader {
    /** The option that opens a router; it counts with our own prefix alone. */
    static final String AUTH = "auth";

    private static final String VERIFIED = "mcp-auth";
    private static final String CORS = "mcp-cors";
    private static final String TO_HTTPS = "redirect-to-https";
    private static final String AUTHORIZATION_SERVER = "auth";
    private static final Set<String> HTTPS = Set.of("websecure", "https");
    private static final Set<String> HTTP = Set.of("web", "http");

    private final Known known;
    private final Notes notes = new Notes();
    private final Map<String, List<ServiceUpstream.Server>> ownServices = new LinkedHashMap<>();
    private final Map<String, ServiceUpstream> services = new LinkedHashMap<>();
    private final Set<String> forbidden = new LinkedHashSet<>();
    private final Map<String, LabelledMiddleware> middlewares = new LinkedHashMap<>();
    private final Map<String, MiddlewareEntry> used = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> seen = new LinkedHashMap<>();
    private final List<RouteEntry> routes = new ArrayList<>();

    /**
     * What labels are read by.
     *
     * @param file wins where labels use a name that it uses
     * @param origins of scripts that {@code mcp-cors} admits
     * @param network on which containers are reached whose labels name none; empty for their only one
     * @param maxRoutes how many routes there may be
     * @param isOurs whether a URL leads to the gateway itself
     */
    public record Known(
            GatewayFile file, List<String> origins, String network, int maxRoutes, Predicate<String> isOurs) {
        public Known {
            origins = List.copyOf(origins);
        }
    }

    private LabelReader(Known known) {
        this.known = known;
    }

    /** @param containers in an order that does not change: of two that differ about a name, the first counts */
    public static LabelledRoutes read(List<Container> containers, Known known) {
        return new LabelReader(known).read(containers);
    }

    private LabelledRoutes read(List<Container> containers) {
        List<Labels> enabled = containers.stream()
                .flatMap(container -> Labels.of(container, notes).stream())
                .toList();
        enabled.forEach(this::addServices);
        enabled.forEach(this::addMiddlewares);
        enabled.forEach(labels -> labels.routers().forEach((name, options) -> addRouter(labels, name, options)));
        return new LabelledRoutes(ownServices, services, routes, used, notes.all());
    }

    private void addServices(Labels labels) {
        labels.option("service").ifPresent(name -> addOwnService(labels, name));
        Map<String, Map<String, String>> written = new LinkedHashMap<>(labels.services());
        if (written.isEmpty() && !labels.routers().isEmpty()) {
            written.put(labels.container().name(), Map.of());
        }
        written.forEach((name, options) -> {
            if (isServed(name)) {
                note(labels, "services.%s does not count: gateway.yaml has one of that name".formatted(name));
            } else {
                addService(labels, name, options);
            }
        });
    }

    /**
     * The short form: servers of a service that gateway.yaml names, because the authorization server reads it there.
     */
    private void addOwnService(Labels labels, String name) {
        Optional<GatewayFile.Service> service = known.file().services().stream()
                .filter(named -> named.name().equals(name))
                .findFirst();
        if (service.isEmpty()) {
            note(
                    labels,
                    "is for the service '%s', which gateway.yaml does not name; add `services: {%s: {}}` there, which says too who may use it"
                            .formatted(name, name));
        } else if (!service.get().upstream().servers().isEmpty()) {
            note(labels, "is for the service '%s', but gateway.yaml says where that runs, and counts".formatted(name));
        } else {
            server(labels, "services." + name, labels.option("port"))
                    .ifPresent(server -> ownServices
                            .computeIfAbsent(name, _ -> new ArrayList<>())
                            .add(server));
        }
    }

    private void addService(Labels labels, String name, Map<String, String> written) {
        Map<String, String> options = new LinkedHashMap<>(written);
        Optional<String> port = Optional.ofNullable(options.remove("loadbalancer.server.port"));
        Optional<String> probe = Optional.ofNullable(options.remove("loadbalancer.healthcheck.path"))
                .filter(path -> path.matches("/[\\x21-\\x7e&&[^?#]]*"));
        boolean plain = "http".equalsIgnoreCase(options.getOrDefault("loadbalancer.server.scheme", "http"));
        options.remove("loadbalancer.server.scheme");
        if (!plain) {
            note(labels, "services.%s speaks something else than http; use gateway.yaml for it".formatted(name));
            return;
        }
        options.keySet()
                .forEach(option -> note(labels, "services.%s: the option %s is not supported".formatted(name, option)));
        server(labels, "services." + name, port).ifPresent(server -> {
            ServiceUpstream before = services.get(name);
            ServiceUpstream now = before == null
                    ? ServiceUpstream.of(server.url())
                    : before.with(Stream.concat(before.servers().stream(), Stream.of(server))
                            .distinct()
                            .toList());
            services.put(name, probe.isEmpty() ? now : now.with(ServiceUpstream.Health.of(probe)));
        });
    }

    /** Where the container listens; empty after saying why nobody knows. */
    private Optional<ServiceUpstream.Server> server(Labels labels, String what, Optional<String> written) {
        Optional<String> port = written.or(
                        () -> labels.container().ports().stream().findFirst().map(String::valueOf))
                .filter(text -> text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65_535);
        Optional<String> address = address(labels);
        if (port.isEmpty()) {
            note(labels, what + " has no usable port: neither do labels name one nor does the container expose one");
        }
        if (port.isEmpty() || address.isEmpty()) {
            return Optional.empty();
        }
        boolean ours = Stream.concat(labels.container().hostNames(), address.stream())
                .anyMatch(host -> known.isOurs().test("http://" + host + ":" + port.get()));
        if (ours) {
            forbidden.add(what.substring("services.".length()));
            note(labels, what + " is the gateway itself, which has its own routes");
            return Optional.empty();
        }
        return Optional.of(new ServiceUpstream.Server("http://" + address.get() + ":" + port.get(), 1));
    }

    private Optional<String> address(Labels labels) {
        Map<String, String> addresses = labels.container().addresses();
        Optional<String> named = labels.option("docker.network");
        String network = named.orElse(known.network());
        if (named.isEmpty() && addresses.size() == 1) {
            return Optional.of(addresses.values().iterator().next());
        }
        Optional<String> address = Optional.ofNullable(addresses.get(network));
        if (address.isEmpty()) {
            note(
                    labels,
                    network.isEmpty()
                            ? "has %d networks with an address; say which: docker.network or DOCKER_NETWORK"
                                    .formatted(addresses.size())
                            : "has no address on the network '%s'; its networks are %s"
                                    .formatted(network, addresses.keySet()));
        }
        return address;
    }

    private void addMiddlewares(Labels labels) {
        labels.middlewares().forEach((name, options) -> {
            if (isNew(labels, "middlewares." + name, options)) {
                if (known.file().middlewares().containsKey(name)) {
                    note(labels, "middlewares.%s does not count: gateway.yaml has one of that name".formatted(name));
                }
                middlewares.put(name, LabelledMiddleware.read(name, options, problem -> note(labels, problem)));
            }
        });
    }

    /** Containers of one service say the same. */
    private boolean isNew(Labels labels, String name, Map<String, String> options) {
        Map<String, String> before = seen.putIfAbsent(name, options);
        if (before != null && !before.equals(options)) {
            note(labels, name + " differs from what another container says, which counts");
        }
        return before == null;
    }

    private void addRouter(Labels labels, String name, Map<String, String> written) {
        if (!isNew(labels, "routers." + name, written)) {
            return;
        }
        Map<String, String> options = new LinkedHashMap<>(written);
        Optional<String> why = whyNot(name, options);
        if (why.isPresent()) {
            note(labels, "routers.%s is not used: %s".formatted(name, why.get()));
            return;
        }
        Optional<String> target = target(labels, name, options.remove("service"));
        Chain chain = chain(labels, name, list(options.remove("middlewares")));
        boolean open = "none".equals(options.remove(AUTH));
        OptionalInt priority = priority(labels, name, options.remove("priority"));
        Optional<String> rule = Optional.ofNullable(options.remove("rule"));
        options.remove("entrypoints");
        options.remove("tls.certresolver");
        if (!"false".equals(options.getOrDefault("tls", ""))) {
            options.remove("tls");
        }
        options.keySet()
                .forEach(option -> note(labels, "routers.%s: the option %s is not supported".formatted(name, option)));
        if (target.isEmpty() || !chain.complete()) {
            return;
        }
        boolean ofFile = isServed(target.get());
        if (ofFile && open && !chain.verified()) {
            note(
                    labels,
                    "routers.%s is not used: labels cannot open the service '%s', which gateway.yaml names; write the route there"
                            .formatted(name, target.get()));
            return;
        }
        if (!chain.verified()) {
            note(
                    labels,
                    open
                            ? "routers.%s is open to everybody, as its labels say".formatted(name)
                            : "routers.%s has no middleware that asks who calls; it is verified all the same, unless mcp-gateway.http.routers.%s.auth=none"
                                    .formatted(name, name));
        }
        routes.add(new RouteEntry(
                name,
                rule,
                priority,
                ofFile ? target : Optional.empty(),
                ofFile ? Optional.empty() : target,
                open && !chain.verified(),
                chain.names()));
    }

    /** Why a router cannot or need not be. */
    private Optional<String> whyNot(String name, Map<String, String> options) {
        boolean taken = isServed(name)
                || known.file().routes().stream().anyMatch(route -> route.name().equals(name));
        if (taken) {
            return Optional.of("gateway.yaml has a service or route of that name, which counts");
        }
        List<String> entryPoints = list(options.get("entrypoints")).stream()
                .map(entryPoint -> entryPoint.toLowerCase(Locale.ROOT))
                .toList();
        if (!entryPoints.isEmpty() && HTTP.containsAll(entryPoints)) {
            return Optional.of("plain HTTP is redirected to https by the gateway itself");
        }
        if (!entryPoints.isEmpty() && entryPoints.stream().noneMatch(HTTPS::contains)) {
            return Optional.of("it is for the entry points %s, which are not there; known are web and websecure"
                    .formatted(entryPoints));
        }
        if (routes.size() >= known.maxRoutes()) {
            return Optional.of("there are %d routes of labels already (DOCKER_MAX_ROUTES)".formatted(routes.size()));
        }
        return Optional.empty();
    }

    /** The service that a router leads to; empty after saying why there is none. */
    private Optional<String> target(Labels labels, String router, @Nullable String written) {
        Set<String> own = labels.services().isEmpty()
                ? Set.of(labels.container().name())
                : labels.services().keySet();
        if (written == null && own.size() > 1) {
            note(labels, "routers.%s does not say which of %s it is for".formatted(router, own));
            return Optional.empty();
        }
        Reference service = Reference.parse(written == null ? own.iterator().next() : written);
        boolean labelled = !service.provider().equals("file") && services.containsKey(service.name());
        if (isServed(service.name()) || labelled) {
            return Optional.of(service.name());
        }
        if (forbidden.contains(service.name()) || service.name().equals(AUTHORIZATION_SERVER)) {
            note(
                    labels,
                    "routers.%s is not used: the authorization server's endpoints are on every host of a service anyway"
                            .formatted(router));
        } else {
            note(labels, "routers.%s is not used: its service '%s' has no address".formatted(router, service.name()));
        }
        return Optional.empty();
    }

    /**
     * A router's middlewares.
     *
     * @param verified whether one of them asks who calls
     * @param complete whether everything that the labels ask for is there
     */
    private record Chain(List<String> names, boolean verified, boolean complete) {
        Chain {
            names = List.copyOf(names);
        }
    }

    private Chain chain(Labels labels, String router, List<String> written) {
        List<String> names = new ArrayList<>();
        boolean verified = false;
        boolean complete = true;
        for (String text : written) {
            Reference reference = Reference.parse(text);
            verified |= reference.name().equals(VERIFIED);
            switch (middleware(reference)) {
                case LabelledMiddleware.Ours(var entries) -> {
                    used.putAll(entries);
                    names.addAll(entries.keySet());
                }
                case LabelledMiddleware.Verified _ -> verified = true;
                case LabelledMiddleware.NotNeeded _ -> {}
                case LabelledMiddleware.Unsupported _ -> {
                    complete = false;
                    note(
                            labels,
                            "routers.%s is not used: its middleware '%s' is not there or not supported, and without it more would be let through than it says"
                                    .formatted(router, text));
                }
            }
        }
        return new Chain(names, verified, complete);
    }

    private LabelledMiddleware middleware(Reference reference) {
        String name = reference.name();
        MiddlewareEntry written = known.file().middlewares().get(name);
        if (written != null) {
            return new LabelledMiddleware.Ours(Map.of(name, written));
        }
        LabelledMiddleware labelled = middlewares.get(name);
        if (labelled != null && !reference.provider().equals("file")) {
            return labelled;
        }
        return switch (name) {
            case VERIFIED -> new LabelledMiddleware.Verified();
            case CORS -> new LabelledMiddleware.Ours(Map.of(CORS, new MiddlewareEntry.Cors(known.origins())));
            case TO_HTTPS -> new LabelledMiddleware.NotNeeded();
            default -> new LabelledMiddleware.Unsupported();
        };
    }

    private OptionalInt priority(Labels labels, String router, @Nullable String written) {
        if (written == null || written.equals("0")) {
            return OptionalInt.empty();
        }
        if (written.matches("[1-9][0-9]{0,6}") && Integer.parseInt(written) <= RouteEntry.MAX_PRIORITY) {
            return OptionalInt.of(Integer.parseInt(written));
        }
        note(
                labels,
                "routers.%s has a priority that is not from 1 to %d; the length of its rule counts"
                        .formatted(router, RouteEntry.MAX_PRIORITY));
        return OptionalInt.empty();
    }

    /** Whether gateway.yaml has a service of that name that runs somewhere. */
    private boolean isServed(String name) {
        return known.file().services().stream()
                .filter(service -> service.name().equals(name))
                .anyMatch(service -> !service.upstream().servers().isEmpty() || ownServices.containsKey(name));
    }

    /** A name with where it is from: {@code docker} if not written. */
    private record Reference(String name, String provider) {
        static Reference parse(String text) {
            int at = text.indexOf('@');
            return at < 0
                    ? new Reference(text, "docker")
                    : new Reference(
                            text.substring(0, at), text.substring(at + 1).toLowerCase(Locale.ROOT));
        }
    }

    private void note(Labels labels, String note) {
        notes.add(labels.container().name(), note);
    }

    private static List<String> list(@Nullable String text) {
        return text == null
                ? List.of()
                : Stream.of(text.split(",", -1))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .toList();
    }
}
