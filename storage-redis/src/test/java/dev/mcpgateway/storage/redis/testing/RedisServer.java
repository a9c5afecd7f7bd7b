package dev.mcpgateway.storage.redis.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * A redis-server process on a loopback port: the one that is installed, else the one that embedded-redis brings. It has
 * a password and an append-only file that is synced every second, as the shipped settings have. Closing it kills it.
 */
public final class RedisServer implements AutoCloseable {
    public static final String PASSWORD = "test-password";

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private final int port;
    private final List<String> settings;
    private final boolean sentinel;
    private @Nullable Process process;

    private RedisServer(Path folder, int port, List<String> settings, boolean sentinel) {
        this.folder = folder;
        this.port = port;
        this.settings = List.copyOf(settings);
        this.sentinel = sentinel;
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param folder for its files; they stay
     * @param settings further lines of its configuration, which win over ours
     */
    public static RedisServer start(Path folder, String... settings) throws IOException {
        return start(new RedisServer(folder, freePort(), List.of(settings), false));
    }

    /** Starts a Sentinel, which has no password. */
    static RedisServer startSentinel(Path folder, String... settings) throws IOException {
        return start(new RedisServer(folder, freePort(), List.of(settings), true));
    }

    private static RedisServer start(RedisServer server) throws IOException {
        Files.createDirectories(server.folder);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        server.start();
        return server;
    }

    /** Below the range out of which connections get their ports, so that none takes it meanwhile. */
    public static int freePort() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 22_000);
            // A Cluster's bus listens 10,000 above.
            if (isFree(port) && isFree(port + 10_000)) {
                return port;
            }
        }
        throw new IOException("no free port between 20000 and 22000");
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(LOOPBACK, port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** After {@link #kill}: the same files on the same port. */
    public void start() throws IOException {
        Path configuration = folder.resolve("redis.conf");
        List<String> lines = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1", "dir " + folder));
        if (!sentinel) {
            lines.addAll(List.of(
                    "requirepass " + PASSWORD,
                    "masterauth " + PASSWORD,
                    "appendonly yes",
                    "appendfsync everysec",
                    "save \"\"",
                    // Redis 6.2 knows the setting by its old name.
                    (isInstalled() ? "hash-max-listpack-value" : "hash-max-ziplist-value") + " 1024"));
        }
        lines.addAll(settings);
        // Redis rewrites its file as a replica or a node of a Cluster: only the first start makes it.
        if (!Files.exists(configuration)) {
            Files.write(configuration, lines, UTF_8);
        }
        List<String> command = new ArrayList<>(List.of(executable(), configuration.toString()));
        if (sentinel) {
            command.add("--sentinel");
        }
        launch(new ProcessBuilder(command));
        awaitAnswer();
    }

    private void launch(ProcessBuilder builder) throws IOException {
        process = builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("redis.log").toFile()))
                .start();
    }

    /** {@code -Dredis.embedded=true} takes the older one that embedded-redis brings, whatever is installed. */
    private static boolean isInstalled() {
        return !Boolean.getBoolean("redis.embedded")
                && Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "redis-server")));
    }

    private static String executable() throws IOException {
        return isInstalled()
                ? "redis-server"
                : ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
    }

    private void awaitAnswer() throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (command("PING").startsWith("+PONG")) {
                    return;
                }
            } catch (IOException _) {
                // Not listening yet.
            }
            if (System.nanoTime() > end || !running().isAlive()) {
                throw new IOException(
                        "redis-server does not answer:\n" + Files.readString(folder.resolve("redis.log")));
            }
            Thread.onSpinWait();
        }
    }

    /** One command; answers with the first line of its reply. Arguments hold no spaces. */
    public String command(String... words) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(LOOPBACK, port), 1_000);
            socket.setSoTimeout(10_000);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            if (!sentinel) {
                socket.getOutputStream().write(("AUTH " + PASSWORD + "\r\n").getBytes(UTF_8));
                if (in.readLine() == null) {
                    throw new IOException("redis-server closed the connection");
                }
            }
            socket.getOutputStream().write((String.join(" ", words) + "\r\n").getBytes(UTF_8));
            String line = in.readLine();
            if (line == null) {
                throw new IOException("redis-server closed the connection");
            }
            return line;
        }
    }

    /** Shortens every life by this time, as if it had passed. */
    public void age(Duration time) throws IOException {
        String script = """
                for _,key in ipairs(redis.call('KEYS','*')) do
                local rest=redis.call('PTTL',key)
                if rest>=0 then redis.call('PEXPIRE',key,rest-%d) end
                end return 1
                """.formatted(time.toMillis()).replace('\n', ' ');
        String answer = command("EVAL", "\"" + script + "\"", "0");
        if (!answer.equals(":1")) {
            throw new IOException(answer);
        }
    }

    public int port() {
        return port;
    }

    public Path folder() {
        return folder;
    }

    public String url() {
        return "redis://:" + PASSWORD + "@127.0.0.1:" + port;
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    /** As a crash: {@code kill -9}. */
    public void kill() {
        signal("KILL");
        waitForEnd();
    }

    /** Stops it without ending it; {@link #resume} lets it go on. */
    public void pause() {
        signal("STOP");
    }

    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int status = new ProcessBuilder(
                            "kill", "-" + name, Long.toString(running().pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + " failed");
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void waitForEnd() {
        try {
            if (!running().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("redis-server did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            process.destroyForcibly();
            waitForEnd();
        }
    }
}
