package dev.mcpgateway.system;

import dev.mcpgateway.oracle.testing.github.GithubStandIn;
import dev.mcpgateway.oracle.testing.github.GithubStandIn.App;
import dev.mcpgateway.system.ServiceProcess.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Router, oracles and an MCP server as processes of their own, wired by settings as they are in containers, with a
 * stand-in for GitHub. The service {@code echo} is for alice of GitHub. Where there are two oracles, the first answers
 * what clients and browsers ask, and the second what the router asks.
 */
final class Deployment implements AutoCloseable {
    /** How long an oracle waits for GitHub. */
    static final Duration GITHUB_TIMEOUT = Duration.ofSeconds(2);

    private final Path folder;
    private final int httpsPort = Gateway.freePort();
    private final String issuer = "https://localhost:" + httpsPort;
    private final int demoPort = Gateway.freePort();
    private final int routerManagementPort = Gateway.freePort();
    private final GithubStandIn github;
    private final List<ServiceProcess> oracles = new ArrayList<>();
    private final List<URI> oracleUrls = new ArrayList<>();
    private final List<Integer> managementPorts = new ArrayList<>();
    private final String adminToken = newSecret();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private Optional<ServiceProcess> router = Optional.empty();

    /** Where the oracles were built. */
    private Path oraclesBuilt = Modules.ROOT;

    /** Whether clients and router ask all oracles, which are behind one name. */
    private boolean balanced;

    private Deployment(Path folder) {
        this.folder = folder;
        this.github = GithubStandIn.start(new App("Iv1.system-test", newSecret(), issuerPath("/callback")));
        parts.push(github);
    }

    /** One oracle with the embedded database. */
    static Deployment start(Path folder) {
        return start(folder, "jdbc:h2:file:" + folder.resolve("gateway"), 1);
    }

    /**
     * Starts everything and waits until it is ready.
     *
     * @param folder for everything that is kept, but for the store; also for logs
     * @param storageUrl as in {@code STORAGE_URL}
     */
    static Deployment start(Path folder, String storageUrl, int oracles) {
        return start(folder, storageUrl, oracles, Map.of());
    }

    /** @param more settings of oracles and router */
    static Deployment start(Path folder, String storageUrl, int oracles, Map<String, String> more) {
        return start(new Deployment(folder), storageUrl, oracles, more);
    }

    /** As {@link #start}, with all oracles behind one name, so that any of them answers what is asked. */
    static Deployment startBalanced(Path folder, String storageUrl, int oracles, Map<String, String> more) {
        Deployment deployment = new Deployment(folder);
        deployment.balanced = true;
        return start(deployment, storageUrl, oracles, more);
    }

    /** As {@link #startBalanced}, with oracles that were built in another folder. */
    static Deployment startWithOracles(
            Path built, Path folder, String storageUrl, int oracles, Map<String, String> more) {
        Deployment deployment = new Deployment(folder);
        deployment.balanced = true;
        deployment.oraclesBuilt = built;
        return start(deployment, storageUrl, oracles, more);
    }

    private static Deployment start(Deployment deployment, String storageUrl, int oracles, Map<String, String> more) {
        try {
            deployment.startProcesses(storageUrl, oracles, more);
            return deployment;
        } catch (IOException e) {
            deployment.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            deployment.close();
            throw e;
        }
    }

    private void startProcesses(String storageUrl, int count, Map<String, String> more) throws IOException {
        Files.createDirectory(folder.resolve("config"));
        Files.writeString(folder.resolve("config/gateway.yaml"), """
                services:
                  echo:
                    upstream: http://127.0.0.1:%d
                    allow: [github:Alice]
                """.formatted(demoPort));
        Files.writeString(folder.resolve("verify-secret"), newSecret());
        Files.writeString(folder.resolve("admin-token"), adminToken);
        Map<String, String> shared = Map.of(
                "BASE_DOMAIN",
                "localhost",
                "ISSUER",
                issuer,
                "SERVICE_URLS",
                "path",
                "GATEWAY_CONFIG",
                folder.resolve("config").toString(),
                "VERIFY_SECRET_FILE",
                folder.resolve("verify-secret").toString(),
                "ADMIN_TOKEN_FILE",
                folder.resolve("admin-token").toString());
        List<ServiceProcess> all = new ArrayList<>();
        all.add(launch(demoServer(demoPort)));
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(balanced && i > 0 ? ports.getFirst() : Gateway.freePort());
            oracleUrls.add(URI.create("http://127.0.0.%d:%d".formatted(balanced ? i + 1 : 1, ports.getLast())));
            Map<String, String> environment = new HashMap<>(shared);
            environment.putAll(more);
            oracles.add(launch(oracle("oracle-" + i, oracleUrls.getLast(), storageUrl, environment)));
        }
        all.addAll(oracles);
        Map<String, String> environment = new HashMap<>(shared);
        environment.putAll(more);
        if (balanced) {
            Path names = Files.writeString(
                    folder.resolve("hosts"),
                    oracleUrls.stream()
                            .map(url -> url.getHost() + " oracles.test\n")
                            .reduce("", String::concat));
            environment.put("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + names);
        }
        router = Optional.of(launch(router(ports.getFirst(), ports.getLast(), environment)));
        router.ifPresent(all::add);
        all.forEach(ServiceProcess::awaitReady);
    }

    private ServiceProcess launch(Program program) {
        ServiceProcess process = ServiceProcess.start(program);
        parts.push(process);
        return process;
    }

    private Program demoServer(int port) {
        return new Program(
                "demo-server",
                Modules.demoServer(),
                "dev.mcpgateway.demo/dev.mcpgateway.demo.DemoServer",
                List.of("--port", Integer.toString(port)),
                Map.of(),
                URI.create("http://127.0.0.1:" + port + "/mcp"),
                folder.resolve("demo-server.log"));
    }

    private Program oracle(String name, URI url, String storageUrl, Map<String, String> shared) {
        int managementPort = Gateway.freePort();
        managementPorts.add(managementPort);
        Map<String, String> environment = new HashMap<>(shared);
        environment.putAll(Map.of(
                "STORAGE_URL", storageUrl,
                "KEYS_DIR", folder.resolve("auth-keys").toString(),
                "ORACLE_ADDRESS", url.getHost(),
                "ORACLE_PORT", Integer.toString(url.getPort()),
                "ORACLE_MANAGEMENT_PORT", Integer.toString(managementPort),
                "GITHUB_CLIENT_ID", "Iv1.system-test",
                "GITHUB_CLIENT_SECRET", github.app().clientSecret(),
                "GITHUB_URL", github.url().toString(),
                "GITHUB_API_URL", github.apiUrl().toString(),
                "GITHUB_TIMEOUT", GITHUB_TIMEOUT.toMillis() + "ms"));
        return new Program(
                name,
                Modules.oracle(oraclesBuilt),
                "dev.mcpgateway.oracle/dev.mcpgateway.oracle.OracleMain",
                List.of(),
                environment,
                ready(managementPort),
                folder.resolve(name + ".log"));
    }

    private Program router(int oraclePort, int verifyPort, Map<String, String> shared) {
        String host = balanced ? "oracles.test" : "127.0.0.1";
        Map<String, String> environment = new HashMap<>(shared);
        environment.putAll(Map.of(
                "ROUTER_ADDRESS",
                "127.0.0.1,::1",
                "ROUTER_HTTPS_PORT",
                Integer.toString(httpsPort),
                "ROUTER_HTTP_PORT",
                "0",
                "ROUTER_MANAGEMENT_PORT",
                Integer.toString(routerManagementPort),
                "CERTIFICATES_DIR",
                folder.resolve("certificates").toString(),
                "ORACLE_URL",
                "http://" + host + ":" + oraclePort,
                "VERIFY_URL",
                "http://" + host + ":" + verifyPort + "/verify"));
        environment.putIfAbsent("DRAIN_TIMEOUT", "1s");
        return new Program(
                "router",
                Modules.router(),
                "dev.mcpgateway.router/dev.mcpgateway.router.RouterMain",
                List.of(),
                environment,
                ready(routerManagementPort),
                folder.resolve("router.log"));
    }

    private static String newSecret() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static URI ready(int managementPort) {
        return URI.create("http://127.0.0.1:" + managementPort + "/health/ready");
    }

    private URI issuerPath(String path) {
        return URI.create(issuer + path);
    }

    String issuer() {
        return issuer;
    }

    /** Adds a service for alice while everything runs, and returns its URL once it is served. */
    URI addService(String name, URI upstream, Web web) {
        return addService(name, upstream, "github:Alice", web);
    }

    /** As {@link #addService(String, URI, Web)}, for those whom this rule admits. */
    URI addService(String name, URI upstream, String rule, Web web) {
        URI url = issuerPath("/" + name + "/mcp");
        URI metadata = issuerPath("/.well-known/oauth-protected-resource/" + name + "/mcp");
        addText(
                "  %s:%n    upstream: %s%n    allow: ['%s']%n".formatted(name, upstream, rule),
                () -> web.get(url).statusCode() == 401 && web.get(metadata).statusCode() == 200);
        return url;
    }

    /** Adds lines to {@code gateway.yaml} while everything runs, and waits until they count. */
    void addText(String lines, BooleanSupplier counts) {
        Path file = folder.resolve("config/gateway.yaml");
        try {
            Path next = Files.writeString(folder.resolve("config/next"), Files.readString(file) + lines);
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!counts.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("what was added to gateway.yaml does not count");
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** What the router holds of the machine's memory. */
    long routerMemoryKilobytes() {
        return router.orElseThrow().memoryKilobytes();
    }

    int routerManagementPort() {
        return routerManagementPort;
    }

    ServiceProcess router() {
        return router.orElseThrow();
    }

    List<ServiceProcess> oracles() {
        return List.copyOf(oracles);
    }

    int httpsPort() {
        return httpsPort;
    }

    /** The MCP server behind the only service. */
    URI demoServer() {
        return URI.create("http://127.0.0.1:" + demoPort);
    }

    /** The URL of the only service, as a user gives it to a client. */
    URI echo() {
        return issuerPath("/echo/mcp");
    }

    /** Where GitHub sends the browser back to. */
    URI callback() {
        return issuerPath("/callback");
    }

    /** A user of GitHub as the MCP server sees them. */
    String idOf(String login) {
        return Long.toString(github.idOf(login));
    }

    GithubStandIn github() {
        return github;
    }

    /** The one that clients and browsers ask. */
    ServiceProcess oracle() {
        return oracles.getFirst();
    }

    /** Where each oracle listens, past the router. */
    List<URI> oracleUrls() {
        return List.copyOf(oracleUrls);
    }

    /** By which an oracle knows its router. */
    String verifySecret() throws IOException {
        return Files.readString(folder.resolve("verify-secret")).strip();
    }

    /** What must be in no log. */
    List<String> secrets() throws IOException {
        return List.of(adminToken, github.app().clientSecret(), verifySecret());
    }

    /** What every process ever wrote. */
    String logs() throws IOException {
        StringBuilder all = new StringBuilder();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log")) {
            for (Path file : files) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    /** The management listener of the oracle that clients ask, without a path. */
    URI management() {
        return URI.create("http://127.0.0.1:" + managementPorts.getFirst());
    }

    /** What {@code /admin} wants to see as a bearer token. */
    String adminToken() {
        return adminToken;
    }

    /** The one that the router asks; the same if there is only one. */
    ServiceProcess verifyingOracle() {
        return oracles.getLast();
    }

    /** What clients trust. */
    Path certificates() {
        return folder.resolve("certificates/local-ca.pem");
    }

    /** What every oracle ever wrote. */
    String oracleLogs() {
        return oracles.stream().map(ServiceProcess::log).reduce("", String::concat);
    }

    @Override
    public void close() {
        List<Exception> failures = new ArrayList<>();
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("the deployment did not end cleanly", failures.getFirst());
        }
    }
}
