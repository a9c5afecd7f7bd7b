package dev.mcpgateway.router;

import dev.mcpgateway.router.auth.StreamChecks;
import dev.mcpgateway.router.docker.DockerApi;
import dev.mcpgateway.router.entrypoint.ClientTimeouts;
import dev.mcpgateway.router.entrypoint.ConnectionLimits;
import dev.mcpgateway.router.entrypoint.FileDescriptors;
import dev.mcpgateway.router.entrypoint.ListenAddress;
import dev.mcpgateway.router.entrypoint.TrustedProxies;
import dev.mcpgateway.router.middleware.Origins;
import dev.mcpgateway.router.observe.LineWriter;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamLimits;
import dev.mcpgateway.router.upstream.UpstreamTimeouts;
import dev.mcpgateway.router.upstream.UpstreamUrl.Place;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.PublicUrls;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Setting;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.settings.SettingsException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the router needs to know, read once and found to be usable. */
public final class RouterSettings {
    private static final System.Logger LOG = System.getLogger(RouterSettings.class.getName());
    private static final int MIN_SECRET_CHARACTERS = 32;
    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\..*|0\\.0\\.0\\.0|::1?");
    private static final UpstreamLimits LIMITS = UpstreamLimits.DEFAULTS;

    final ListenAddress https;
    final ListenAddress http;
    final ListenAddress management;
    final ConnectionLimits limits;
    final TrustedProxies proxies;
    final PublicUrls urls;
    final Path certificates;
    /** Empty if no certificates are ordered. */
    final Optional<OrderedCertificates.Plan> ordered;

    final Upstream oracle;
    final Upstream verify;
    final Secret verifySecret;
    /** Whether, as far as their URLs tell, verify is our authorization server's. */
    final boolean verifiedByOracle;

    final Duration verifyMaxAge;
    final StreamChecks streamChecks;
    final Duration streamKeepAlive;
    final Optional<LineWriter.Sink> accessLog;
    final Optional<URI> traceCollector;
    final Origins scripts;
    final RouteSettings routing;
    final RouteSettings.Fixed fixed;
    final Settings source;
    final UpstreamLimits upstreamLimits;
    final Duration lookUpInterval;
    /** Where containers are listed; empty if their labels are not read. */
    final Optional<Upstream> docker;

    final Optional<Secret> adminToken;
    /** Where the oracle's console is, for the browsers of operators; empty if that is not known. */
    final Optional<URI> console;

    private RouterSettings(Settings settings) {
        Problems problems = settings.problems();
        limits = limits(settings);
        proxies = proxies(settings);
        certificates = settings.get(KnownSettings.CERTIFICATES_DIR);
        ordered = OrderedCertificates.Plan.read(settings);
        upstreamLimits = upstreamLimits(settings);
        traceCollector = settings.find(KnownSettings.OTEL_EXPORTER_OTLP_ENDPOINT);
        accessLog = accessLog(settings.get(KnownSettings.ACCESS_LOG), problems);
        verifyMaxAge = settings.get(KnownSettings.VERIFY_MAX_AGE);
        streamChecks = new StreamChecks(
                settings.get(KnownSettings.STREAM_VERIFY_INTERVAL), settings.get(KnownSettings.STREAM_VERIFY_GRACE));
        streamKeepAlive = settings.get(KnownSettings.STREAM_KEEP_ALIVE);
        lookUpInterval = settings.get(KnownSettings.UPSTREAM_DNS_INTERVAL);
        adminToken = adminToken(settings);
        console = settings.find(KnownSettings.ORACLE_CONSOLE_URL);
        scripts = RouteSettings.origins(settings.get(KnownSettings.MCP_CORS_ORIGINS), "MCP_CORS_ORIGINS", problems);
        https = listen(settings, "HTTPS", KnownSettings.ROUTER_ADDRESS, KnownSettings.ROUTER_HTTPS_PORT);
        http = listen(settings, "HTTP", KnownSettings.ROUTER_ADDRESS, KnownSettings.ROUTER_HTTP_PORT);
        management = new ListenAddress(
                "management",
                List.of(settings.get(KnownSettings.ROUTER_MANAGEMENT_ADDRESS)),
                settings.get(KnownSettings.ROUTER_MANAGEMENT_PORT),
                KnownSettings.ROUTER_MANAGEMENT_ADDRESS.name(),
                KnownSettings.ROUTER_MANAGEMENT_PORT.name());
        UpstreamReader upstreams = new UpstreamReader(settings);
        Optional<Upstream> oracleUpstream = upstreams.read(
                "ORACLE_URL",
                settings.get(KnownSettings.ORACLE_URL),
                "/",
                upstreams.timeouts(),
                KnownSettings.ORACLE_HEALTH);
        Optional<Upstream> verifyUpstream = upstreams.read(
                "VERIFY_URL",
                settings.get(KnownSettings.VERIFY_URL),
                "/verify",
                verifyTimeouts(settings),
                KnownSettings.VERIFY_HEALTH);
        verifySecret = verifySecret(settings);
        urls = PublicUrls.read(settings);
        checkHosts(problems);
        source = settings;
        fixed = new RouteSettings.Fixed(
                urls, scripts, upstream -> isOurs(upstream, oracleUpstream, verifyUpstream, management));
        routing = RouteSettings.read(settings, fixed, List.of());
        docker = docker(settings);
        problems.throwIfAny();
        oracle = oracleUpstream.orElseThrow();
        verify = verifyUpstream.orElseThrow();
        verifiedByOracle = isSame(
                verify.servers().getFirst().url().place(),
                oracle.servers().getFirst().url().place());
    }

    /**
     * Reads the router's settings.
     *
     * @throws SettingsException naming every problem at once
     */
    public static RouterSettings read(Settings settings) {
        return new RouterSettings(settings);
    }

    /** Everything that requests go to, with these routes. */
    List<Upstream> upstreams(RouteSettings routes) {
        return Stream.of(Stream.of(oracle, verify), docker.stream(), routes.upstreams())
                .flatMap(upstreams -> upstreams)
                .toList();
    }

    /** Whether requests to it would reach the authorization server, verify or this router's management. */
    private static boolean isOurs(
            Upstream upstream, Optional<Upstream> oracle, Optional<Upstream> verify, ListenAddress management) {
        return upstream.servers().stream()
                .map(server -> server.url().place())
                .anyMatch(place -> Stream.of(oracle, verify)
                                .flatMap(Optional::stream)
                                .flatMap(ours -> ours.servers().stream())
                                .anyMatch(server -> isSame(server.url().place(), place))
                        || isManagement(place, management));
    }

    private static boolean isSame(Place one, Place other) {
        return switch (one) {
            case Place.Host host ->
                other instanceof Place.Host same
                        && same.name().equalsIgnoreCase(host.name())
                        && same.port() == host.port();
            case Place.Socket socket -> socket.equals(other);
        };
    }

    private static boolean isManagement(Place place, ListenAddress management) {
        return place instanceof Place.Host host
                && host.port() == management.port()
                && (LOOPBACK.matcher(host.name()).matches()
                        || management.addresses().contains(host.name()));
    }

    private void checkHosts(Problems problems) {
        String issuer = urls.issuer().getHost();
        if (IP_ADDRESS.matcher(issuer).matches()) {
            problems.add(
                    "ISSUER=%s is not accepted: accepted is a URL with a host name, because certificates are made for names"
                            .formatted(urls.issuer()));
        }
    }

    private static ConnectionLimits limits(Settings settings) {
        int connections = connections(settings);
        return new ConnectionLimits(
                connections,
                settings.get(KnownSettings.MAX_CONNECTIONS_PER_CLIENT),
                settings.get(KnownSettings.MAX_HANDSHAKES),
                settings.get(KnownSettings.HTTP2).equals("on") ? settings.get(KnownSettings.MAX_STREAMS) : 0,
                settings.get(KnownSettings.MAX_EMPTY_FRAMES),
                settings.get(KnownSettings.MAX_RESETS),
                connections,
                settings.get(KnownSettings.MAX_TARGET_BYTES),
                settings.get(KnownSettings.MAX_HEADER_BYTES),
                settings.get(KnownSettings.MAX_BODY_BYTES),
                clientTimeouts(settings),
                settings.get(KnownSettings.DRAIN_TIMEOUT));
    }

    private static Optional<LineWriter.Sink> accessLog(String where, Problems problems) {
        return switch (where) {
            case "off" -> Optional.empty();
            case "stdout" -> Optional.of(LineWriter.to(System.out));
            case "stderr" -> Optional.of(LineWriter.to(System.err));
            default -> {
                if (!where.contains("/")) {
                    problems.add("ACCESS_LOG=%s is not accepted: accepted is %s"
                            .formatted(where, KnownSettings.ACCESS_LOG.format().accepts()));
                }
                yield Optional.of(LineWriter.to(Path.of(where)));
            }
        };
    }

    private static TrustedProxies proxies(Settings settings) {
        Optional<List<TrustedProxies.Network>> networks =
                TrustedProxies.parse(settings.get(KnownSettings.TRUSTED_PROXIES));
        if (networks.isEmpty()) {
            settings.problems()
                    .add("TRUSTED_PROXIES is not accepted: accepted is %s"
                            .formatted(KnownSettings.TRUSTED_PROXIES.format().accepts()));
        }
        boolean proxyProtocol = settings.get(KnownSettings.PROXY_PROTOCOL).equals("on");
        if (proxyProtocol && networks.map(List::isEmpty).orElse(false)) {
            settings.problems()
                    .add("PROXY_PROTOCOL=on needs TRUSTED_PROXIES, the networks of the proxies that speak it");
        }
        TrustedProxies.Field field = settings.get(KnownSettings.TRUSTED_FIELD).equals("Forwarded")
                ? TrustedProxies.Field.FORWARDED
                : TrustedProxies.Field.X_FORWARDED;
        return new TrustedProxies(networks.orElse(List.of()), field, proxyProtocol);
    }

    private static ClientTimeouts clientTimeouts(Settings settings) {
        return new ClientTimeouts(
                settings.get(KnownSettings.HANDSHAKE_TIMEOUT),
                settings.get(KnownSettings.REQUEST_HEAD_TIMEOUT),
                settings.get(KnownSettings.BODY_GRACE),
                settings.get(KnownSettings.MIN_BODY_RATE),
                settings.get(KnownSettings.SEND_TIMEOUT),
                settings.get(KnownSettings.IDLE_TIMEOUT));
    }

    /** What is set, or less where this process may not open so many files. */
    private static int connections(Settings settings) {
        int wanted = settings.get(KnownSettings.MAX_CONNECTIONS);
        OptionalLong descriptors = FileDescriptors.limit();
        if (descriptors.isEmpty()) {
            return wanted;
        }
        long possible = FileDescriptors.connections(descriptors.getAsLong());
        if (possible < 1) {
            settings.problems()
                    .add("This process may open only %d files, too few for any client: raise `ulimit -n`"
                            .formatted(descriptors.getAsLong()));
        } else if (possible < wanted) {
            LOG.log(
                    settings.isSet(KnownSettings.MAX_CONNECTIONS) ? Level.WARNING : Level.DEBUG,
                    "settings name=MAX_CONNECTIONS value={0} used={1}: this process may open only {2} files; raise"
                            + " `ulimit -n` for more connections",
                    Integer.toString(wanted),
                    Long.toString(possible),
                    Long.toString(descriptors.getAsLong()));
        }
        return Math.clamp(possible, 1, wanted);
    }

    private static UpstreamLimits upstreamLimits(Settings settings) {
        return new UpstreamLimits(
                settings.get(KnownSettings.UPSTREAM_MAX_CONNECTIONS),
                LIMITS.keepAlive(),
                LIMITS.headBytes(),
                LIMITS.headers(),
                LIMITS.trailerBytes());
    }

    private static Optional<Upstream> docker(Settings settings) {
        try {
            return settings.find(KnownSettings.DOCKER_API_URL)
                    .map(url -> Upstream.parse("DOCKER_API_URL", url, "/", DockerApi.timeouts()));
        } catch (IllegalArgumentException e) {
            settings.problems().add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static UpstreamTimeouts verifyTimeouts(Settings settings) {
        Duration whole = settings.get(KnownSettings.VERIFY_TIMEOUT);
        return new UpstreamTimeouts(whole, whole, whole, whole);
    }

    private static ListenAddress listen(
            Settings settings, String name, Setting<List<String>> addresses, Setting<Integer> port) {
        List<String> written = settings.get(addresses);
        if (written.isEmpty()) {
            settings.problems().add(addresses.name() + " names no address");
        }
        return new ListenAddress(
                name,
                written.isEmpty() ? List.of("127.0.0.1") : written,
                settings.get(port),
                addresses.name(),
                port.name());
    }

    private static Secret verifySecret(Settings settings) {
        Secret secret = settings.find(KnownSettings.VERIFY_SECRET).orElse(Secret.of(""));
        if (secret.reveal().length() < MIN_SECRET_CHARACTERS) {
            settings.problems()
                    .add("VERIFY_SECRET is %s: accepted is %s. The oracle needs the same"
                            .formatted(
                                    secret.reveal().isEmpty() ? "not set" : "too short",
                                    KnownSettings.VERIFY_SECRET.format().accepts()));
        }
        return secret;
    }

    private static Optional<Secret> adminToken(Settings settings) {
        return settings.find(KnownSettings.ADMIN_TOKEN_FILE).flatMap(file -> {
            try {
                String token = Files.readString(file).strip();
                if (token.length() >= MIN_SECRET_CHARACTERS) {
                    return Optional.of(Secret.of(token));
                }
                settings.problems()
                        .add(
                                "ADMIN_TOKEN_FILE names %s, which holds fewer than %d characters; make it with: openssl rand -base64 32"
                                        .formatted(file, MIN_SECRET_CHARACTERS));
            } catch (IOException e) {
                settings.problems()
                        .add("ADMIN_TOKEN_FILE names %s, which cannot be read (%s)"
                                .formatted(file, e.getClass().getSimpleName()));
            }
            return Optional.empty();
        });
    }
}
