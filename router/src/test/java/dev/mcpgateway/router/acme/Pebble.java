package dev.mcpgateway.router.acme;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ACME test authority of Debian's package {@code pebble}, on loopback, with a DNS server that knows every name as
 * 127.0.0.1. Closing ends both and deletes what they wrote.
 */
public final class Pebble implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/pebble");
    private static final Path DNS_PROGRAM = Path.of("/usr/bin/pebble-challtestsrv");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long PROBE_INTERVAL_MILLIS = 10;
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;

    private final Path folder;
    private final Map<String, String> environment;
    private final int port = freePort();
    private final int dnsPort = freePort();
    private final int dnsManagementPort = freePort();
    private final List<Process> running = new ArrayList<>();
    private @Nullable Process authority;

    private Pebble(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** How an authority differs from the usual. */
    public static final class Setup {
        private final Map<String, String> environment = new HashMap<>(Map.of(
                "PEBBLE_VA_NOSLEEP", "1",
                "PEBBLE_WFE_NONCEREJECT", "0",
                "PEBBLE_AUTHZREUSE", "0"));
        private String config = "";

        public Setup with(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** @param json a member of the configuration, such as {@code "a": 1} */
        public Setup config(String json) {
            config += ", " + json;
            return this;
        }

        /** Skips the test where pebble is not installed, unless real servers are required. */
        public Pebble start(int httpPort, int tlsPort) throws Exception {
            requireInstalled();
            Pebble pebble = new Pebble(Files.createTempDirectory("pebble"), environment);
            pebble.makeCertificate();
            pebble.writeConfig(httpPort, tlsPort, config);
            pebble.startDns();
            pebble.start();
            return pebble;
        }
    }

    public static Setup setup() {
        return new Setup();
    }

    public URI directory() {
        return URI.create("https://localhost:" + port + "/dir");
    }

    /** The certificate that its server shows. */
    public Path caFile() {
        return folder.resolve("cert.pem");
    }

    /** Where TXT records are made: {@code /set-txt}, {@code /clear-txt}. */
    public String dnsManagement() {
        return "http://127.0.0.1:" + dnsManagementPort;
    }

    /** Starts the authority again, with nothing that it knew. */
    public void start() throws Exception {
        authority = run(
                "pebble",
                PROGRAM.toString(),
                "-strict",
                "-config",
                folder.resolve("config.json").toString(),
                "-dnsserver",
                "127.0.0.1:" + dnsPort);
        awaitListening(port);
    }

    public void stop() {
        Process process = authority;
        if (process != null) {
            process.destroy();
            process.onExit().join();
        }
    }

    @Override
    public void close() throws IOException {
        running.forEach(Process::destroyForcibly);
        running.forEach(process -> process.onExit().join());
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** One that the system gives to nobody who asks for any. */
    static int freePort() {
        while (true) {
            int candidate = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (ServerSocket socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException _) {
                // somebody has it; there are many more
            }
        }
    }

    private static void requireInstalled() {
        if (Files.isExecutable(PROGRAM) && Files.isExecutable(DNS_PROGRAM)) {
            return;
        }
        String missing = "NOT TESTED with an ACME authority: pebble is not installed (apt-get install pebble)";
        if (Boolean.parseBoolean(System.getenv("REQUIRE_REAL_STORES"))) {
            throw new AssertionError(missing);
        }
        System.err.println(missing);
        abort(missing);
    }

    private void makeCertificate() throws Exception {
        Process openssl = run(
                "openssl",
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost"
                        .split(" "),
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                folder.resolve("key.pem").toString(),
                "-out",
                caFile().toString());
        if (openssl.waitFor() != 0) {
            throw new AssertionError(Files.readString(folder.resolve("openssl.log")));
        }
    }

    private void writeConfig(int httpPort, int tlsPort, String more) throws IOException {
        Files.writeString(folder.resolve("config.json"), """
                {"pebble": {"listenAddress": "127.0.0.1:%d", "managementListenAddress": "", "certificate": "%s",
                 "privateKey": "%s", "httpPort": %d, "tlsPort": %d%s}}
                """.formatted(
                        port, caFile(), folder.resolve("key.pem"), httpPort, tlsPort, more));
    }

    private void startDns() throws Exception {
        run(
                "dns",
                DNS_PROGRAM.toString(),
                "-defaultIPv4",
                "127.0.0.1",
                "-defaultIPv6",
                "",
                "-dns01",
                "127.0.0.1:" + dnsPort,
                "-http01",
                "",
                "-https01",
                "",
                "-tlsalpn01",
                "",
                "-management",
                "127.0.0.1:" + dnsManagementPort);
        awaitListening(dnsManagementPort);
    }

    private Process run(String log, String[] command, String... more) throws IOException {
        return run(log, Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new));
    }

    private Process run(String log, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(log + ".log").toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        running.add(process);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    private void awaitListening(int listening) throws Exception {
        Process process = running.getLast();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!listens(listening)) {
            if (process.waitFor(PROBE_INTERVAL_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                throw new AssertionError("pebble does not listen; its log:\n"
                        + Files.readString(folder.resolve(listening == port ? "pebble.log" : "dns.log")));
            }
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException _) {
            return false; // not yet
        }
    }

    /** For failing tests. */
    public String log() throws IOException {
        return Files.readString(folder.resolve("pebble.log"));
    }
}
