package dev.mcpgateway.storage.jdbc.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of Debian's, on loopback, with password authentication and an empty database. It orders text as
 * people do, which is not the order of the store. Closing ends it and deletes what it wrote.
 */
public final class PostgresServer implements AutoCloseable {
    public static final String PASSWORD = "pa%ss &word";
    private static final String PASSWORD_IN_URL = "pa%25ss+%26word";

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final int OLDEST_VERSION = 15;
    private static final int CONNECTIONS = 300;
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;

    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static @Nullable PostgresServer shared;

    private final Path programs;
    private final Path folder;
    private final int port;
    private final List<String> settings;
    private @Nullable Process process;

    private PostgresServer(Path programs, List<String> settings) throws IOException {
        this.programs = programs;
        this.settings = settings;
        folder = Files.createTempDirectory("postgres");
        port = freePort();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** The one server for all tests that do not harm it; ends with this JVM. */
    public static synchronized PostgresServer shared() throws Exception {
        if (shared == null) {
            shared = create("fsync=off");
        }
        return shared;
    }

    /** A server of one's own. Skips the test where PostgreSQL is not installed, unless real stores are required. */
    public static PostgresServer create(String... settings) throws Exception {
        var server = new PostgresServer(programs(), List.of(settings));
        server.initialize();
        server.start();
        return server;
    }

    private static Path programs() throws IOException {
        if (Files.isDirectory(INSTALLED)) {
            try (Stream<Path> versions = Files.list(INSTALLED)) {
                var newest = versions.filter(
                                version -> version.getFileName().toString().matches("\\d+"))
                        .filter(version -> number(version) >= OLDEST_VERSION)
                        .max(Comparator.comparingInt(PostgresServer::number));
                if (newest.isPresent()) {
                    return newest.get().resolve("bin");
                }
            }
        }
        String missing = "NOT TESTED on PostgreSQL: there is no version " + OLDEST_VERSION + " or newer in " + INSTALLED
                + "; install it (apt-get install postgresql)";
        if (Boolean.parseBoolean(System.getenv("REQUIRE_REAL_STORES")) || Boolean.getBoolean("REQUIRE_REAL_STORES")) {
            throw new AssertionError(missing);
        }
        System.err.println(missing);
        return abort(missing);
    }

    private static int number(Path version) {
        return Integer.parseInt(version.getFileName().toString());
    }

    private static int freePort() {
        while (true) {
            int candidate = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (var _ = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return candidate;
            } catch (IOException _) {
                // Somebody has it; there are many more.
            }
        }
    }

    private void initialize() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        if (isRoot()) {
            var postgres =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres");
            Files.setOwner(folder, postgres);
            Files.setOwner(password, postgres);
        }
        Process initdb = command(
                        "initdb",
                        "--pgdata=" + folder.resolve("data"),
                        "--username=gateway",
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C.UTF-8",
                        "--locale-provider=icu",
                        "--icu-locale=en",
                        "--no-sync")
                .redirectErrorStream(true)
                .start();
        finish(initdb);
    }

    private static void finish(Process process) throws Exception {
        String output = process.inputReader().readAllAsString();
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** Lets it speak TLS under the name of localhost. Returns its certificate, which it signed itself. */
    public Path useTls() throws Exception {
        Path certificate = folder.resolve("data/server.crt");
        finish(asOwner(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost",
                        "-keyout",
                        folder.resolve("data/server.key").toString(),
                        "-out",
                        certificate.toString())
                .redirectErrorStream(true)
                .start());
        execute("ALTER SYSTEM SET ssl = on");
        execute("SELECT pg_reload_conf()");
        return certificate;
    }

    /** Starts it, again if it was killed, and waits until it accepts connections. */
    public void start() throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("-D", folder.resolve("data").toString()));
        List<String> all = new ArrayList<>(List.of(
                "port=" + port,
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_connections=" + CONNECTIONS,
                "lc_messages=C"));
        all.addAll(settings);
        all.forEach(setting -> arguments.addAll(List.of("-c", setting)));
        Process started = command("postgres", arguments.toArray(String[]::new))
                .redirectErrorStream(true)
                .start();
        process = started;
        BufferedReader log = started.inputReader();
        var lines = new StringBuilder();
        for (String line = log.readLine(); ; line = log.readLine()) {
            if (line == null) {
                throw new IOException("PostgreSQL did not start:\n" + lines);
            }
            lines.append(line).append('\n');
            if (line.contains("ready to accept connections")) {
                break;
            }
        }
        Thread.ofVirtual().start(() -> log.lines().forEach(_ -> {}));
    }

    private ProcessBuilder command(String program, String... arguments) {
        return asOwner(programs.resolve(program).toString(), arguments);
    }

    private ProcessBuilder asOwner(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            // PostgreSQL refuses to run as root.
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        }
        command.add(program);
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(folder.toFile());
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    public int port() {
        return port;
    }

    /** The URL of a schema of its own, where nothing is yet. */
    public String newSchema() throws SQLException {
        String schema = "schema" + SCHEMAS.incrementAndGet();
        execute("CREATE SCHEMA " + schema);
        return url("postgres") + "&currentSchema=" + schema;
    }

    public String url(String database) {
        return url(database, "gateway", PASSWORD_IN_URL);
    }

    public String url(String database, String user, String passwordInUrl) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + user + "&password=" + passwordInUrl;
    }

    /** As the superuser, in the database that is there from the beginning. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "gateway", PASSWORD);
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Stops the server and all its processes where they are. */
    public void pause() throws Exception {
        // Alone first, so that it starts no more.
        signal("STOP", List.of(Objects.requireNonNull(process).toHandle()));
        signal("STOP", processes());
    }

    public void goOn() throws Exception {
        signal("CONT", processes());
    }

    /** One that has ended meanwhile needs no signal. */
    private static void signal(String signal, List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle one : processes) {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(one.pid()))
                    .inheritIO()
                    .start();
            assertThat(kill.waitFor() == 0 || !one.isAlive())
                    .as("kill -%s %d", signal, one.pid())
                    .isTrue();
        }
    }

    private List<ProcessHandle> processes() {
        if (process == null) {
            return List.of();
        }
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /** As {@code kill -9} of all its processes. */
    public void kill() {
        List<ProcessHandle> processes = processes();
        processes.forEach(ProcessHandle::destroyForcibly);
        processes.forEach(one -> one.onExit().orTimeout(30, TimeUnit.SECONDS).join());
    }

    @Override
    public synchronized void close() {
        kill();
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
