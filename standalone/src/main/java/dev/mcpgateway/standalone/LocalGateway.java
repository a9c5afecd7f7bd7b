package dev.mcpgateway.standalone;

import dev.mcpgateway.demo.DemoServer;
import dev.mcpgateway.oracle.Oracle;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.router.Router;
import dev.mcpgateway.router.RouterSettings;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Logging;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.PublicUrls;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Setting;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Router, oracle, store and demo server in this JVM, on loopback only. They are wired by settings, as they are in
 * containers; the secret between router and oracle lives in memory.
 */
final class LocalGateway implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(LocalGateway.class.getName());
    private static final String LOOPBACK = "127.0.0.1";

    /** One that is known before it is listened on. */
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

    private static final int REACHABLE_TIMEOUT_MILLIS = 1_000;

    private final Deque<AutoCloseable> parts;
    private final PublicUrls urls;
    private final Map<String, URI> services;
    private final Path caFile;
    private final int httpsPort;
    private final int httpPort;

    private LocalGateway(Deque<AutoCloseable> parts, PublicUrls urls, Map<String, URI> services, Router router) {
        this.parts = parts;
        this.urls = urls;
        this.services = services;
        this.caFile = router.caFile();
        this.httpsPort = router.httpsPort();
        this.httpPort = router.httpPort();
    }

    /**
     * Starts everything; what was started is stopped again if something else cannot start.
     *
     * @param environment settings that a person made; those that make the quick start what it is are replaced
     */
    static LocalGateway start(QuickStartOptions options, Map<String, String> environment) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return start(options, environment, parts);
        } catch (RuntimeException e) {
            closeAll(parts);
            throw e;
        }
    }

    private static LocalGateway start(
            QuickStartOptions options, Map<String, String> environment, Deque<AutoCloseable> parts) {
        DataFolder data = DataFolder.create(options.data());
        requireFree(options.httpsPort(), "--port");
        requireFree(options.httpPort(), "--http-port");
        int httpsPort = options.httpsPort() == 0 ? freePort() : options.httpsPort();
        Map<String, String> wiring = new HashMap<>(environment);
        wire(wiring, data, httpsPort, options.httpPort());

        DemoServer demo = started(parts, DemoServer.start(LOOPBACK, 0));
        Map<String, URI> upstreams = new LinkedHashMap<>();
        upstreams.put(QuickStart.DEMO_SERVICE, URI.create("http://%s:%d/mcp".formatted(LOOPBACK, demo.port())));
        upstreams.putAll(options.services());

        Problems problems = new Problems();
        GatewayFile file = GatewayFile.parse(toYaml(upstreams), "--service", problems);
        SettingsCheck.check(new Settings(wiring, file, problems));
        Logging.read(settings(wiring, file)).start();
        OracleSettings oracleSettings = OracleSettings.read(settings(wiring, file));
        Store store =
                started(parts, StoreProvider.openAny(oracleSettings.storageUrl().reveal(), Clock.systemUTC()));
        Oracle oracle = started(
                parts,
                Oracle.start(
                        oracleSettings,
                        store,
                        ServiceLoader.load(IdentityProvider.class).stream()
                                .map(ServiceLoader.Provider::get)
                                .toList(),
                        Clock.systemUTC()));

        put(wiring, KnownSettings.ORACLE_URL, "http://%s:%d".formatted(LOOPBACK, oracle.port()));
        put(wiring, KnownSettings.VERIFY_URL, "http://%s:%d/verify".formatted(LOOPBACK, oracle.port()));
        wiring.putIfAbsent(
                KnownSettings.ORACLE_CONSOLE_URL.name(),
                "http://%s:%d/console".formatted(LOOPBACK, oracle.managementPort()));
        Settings routerSettings = settings(wiring, file);
        Router router = started(parts, Router.start(RouterSettings.read(routerSettings)));

        data.publish("{\"oracle_management\":\"http://%s:%d\",\"router_management\":\"http://%s:%d\"}"
                .formatted(LOOPBACK, oracle.managementPort(), LOOPBACK, router.managementPort()));
        options.services().forEach(LocalGateway::warnIfUnreachable);
        PublicUrls urls = PublicUrls.read(routerSettings);
        Map<String, URI> services = new LinkedHashMap<>();
        upstreams.keySet().forEach(name -> services.put(name, urls.service(name)));
        return new LocalGateway(parts, urls, services, router);
    }

    /** The settings that make this the quick start. */
    private static void wire(Map<String, String> wiring, DataFolder data, int httpsPort, int httpPort) {
        put(wiring, KnownSettings.BASE_DOMAIN, "localhost");
        put(wiring, KnownSettings.ISSUER, "https://localhost" + (httpsPort == 443 ? "" : ":" + httpsPort));
        put(wiring, KnownSettings.SERVICE_URLS, "path");
        put(wiring, KnownSettings.VERIFY_SECRET, Secret.random().reveal());
        put(wiring, KnownSettings.ADMIN_TOKEN_FILE, data.adminToken().toString());
        put(wiring, KnownSettings.ROUTER_ADDRESS, LOOPBACK + ",::1");
        put(wiring, KnownSettings.ROUTER_HTTPS_PORT, "" + httpsPort);
        put(wiring, KnownSettings.ROUTER_HTTP_PORT, "" + httpPort);
        put(wiring, KnownSettings.ROUTER_MANAGEMENT_ADDRESS, LOOPBACK);
        put(wiring, KnownSettings.ORACLE_ADDRESS, LOOPBACK);
        put(wiring, KnownSettings.ORACLE_PORT, "0");
        put(wiring, KnownSettings.ORACLE_MANAGEMENT_ADDRESS, LOOPBACK);
        // Chosen here, so that the console knows where the status page is before there is one.
        wiring.putIfAbsent(KnownSettings.ROUTER_MANAGEMENT_PORT.name(), Integer.toString(freePort()));
        wiring.putIfAbsent(KnownSettings.ORACLE_MANAGEMENT_PORT.name(), "0");
        String routerPort = wiring.get(KnownSettings.ROUTER_MANAGEMENT_PORT.name());
        if (PORT.matcher(routerPort).matches()) {
            wiring.putIfAbsent(KnownSettings.ROUTER_STATUS_URL.name(), "http://%s:%s/".formatted(LOOPBACK, routerPort));
        }
        wiring.putIfAbsent(KnownSettings.CONSOLE.name(), "loopback");
        wiring.putIfAbsent(
                KnownSettings.CERTIFICATES_DIR.name(), data.certificates().toString());
        wiring.putIfAbsent(KnownSettings.KEYS_DIR.name(), data.keys().toString());
        wiring.putIfAbsent(KnownSettings.STORAGE_URL.name(), "jdbc:h2:file:" + data.database());
        wiring.putIfAbsent(KnownSettings.ALLOWED_GITHUB_USERS.name(), "*");
        wiring.putIfAbsent(KnownSettings.ACCESS_LOG.name(), "stderr");
    }

    private static void put(Map<String, String> wiring, Setting<?> setting, String value) {
        wiring.put(setting.name(), value);
    }

    private static Settings settings(Map<String, String> wiring, GatewayFile file) {
        return new Settings(wiring, file, new Problems());
    }

    private static String toYaml(Map<String, URI> upstreams) {
        return upstreams.entrySet().stream()
                .map(service -> "  '%s': {upstream: '%s'}\n"
                        .formatted(
                                service.getKey().replace("'", "''"),
                                service.getValue().toString().replace("'", "''")))
                .collect(Collectors.joining("", "services:\n", ""));
    }

    /** Said here in the words of the command line; the router would name its own settings. */
    private static void requireFree(int port, String option) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new StartException(
                    "port %d is in use or not allowed (%s): stop the program that has it, or choose another with %s"
                            .formatted(port, e.getMessage(), option),
                    e);
        }
    }

    /** The issuer holds the port, so it must be known before anything starts. */
    private static int freePort() {
        // Below the range that the system takes ports for connections from, so that it stays free.
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException _) {
                // taken; try another
            }
        }
        throw new StartException("no port is free on this machine; name one with --port");
    }

    private static void warnIfUnreachable(String name, URI upstream) {
        int port = upstream.getPort() == -1 ? 80 : upstream.getPort();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(upstream.getHost(), port), REACHABLE_TIMEOUT_MILLIS);
        } catch (IOException _) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "service {0}: nothing answers at {1}; its requests get 502 until something does",
                    name,
                    upstream);
        }
    }

    private static <T extends AutoCloseable> T started(Deque<AutoCloseable> parts, T part) {
        parts.push(part);
        return part;
    }

    /**
     * One line: {@code issuer}, {@code services} (name to URL), {@code ca} (file), {@code https} and {@code http}
     * (ports).
     */
    String toJson() {
        String names = services.entrySet().stream()
                .map(service -> "\"%s\":\"%s\"".formatted(service.getKey(), service.getValue()))
                .collect(Collectors.joining(","));
        return "{\"issuer\":\"%s\",\"services\":{%s},\"ca\":\"%s\",\"https\":%d,\"http\":%d}"
                .formatted(
                        urls.issuer(),
                        names,
                        caFile.toString().replace("\\", "\\\\").replace("\"", "\\\""),
                        httpsPort,
                        httpPort);
    }

    /** What a person does next. */
    String welcome() {
        return Welcome.text(urls.issuer(), services, caFile, httpPort);
    }

    @Override
    public void close() {
        closeAll(parts);
    }

    /** Last started, first stopped. */
    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "stopping " + part.getClass().getSimpleName() + " failed",
                        e);
            }
        }
    }
}
