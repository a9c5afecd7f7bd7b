package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The quick start as a process of its own, started the way users do. Where the environment variable
 * {@code GATEWAY_COMMAND} is set, that program is started in its place.
 */
final class Gateway implements AutoCloseable {
    /** Below the ports that the system takes for connections and those of the stores' test servers. */
    private static final int FIRST_PORT = 15_000;

    private static final int PORTS = 4_000;

    /** No port is given out twice; where to begin differs, so that several runs do not meet. */
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private final Process process;
    private final List<ProcessHandle> processes;
    private final JsonObject description;

    private Gateway(Process process, JsonObject description) {
        this.process = process;
        this.processes = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        this.description = description;
    }

    /** Starts on free ports. */
    static Gateway start(Path data) {
        return start(data, 0, Map.of());
    }

    /**
     * Starts and waits until it is ready.
     *
     * @param data where it keeps its state; also its log, {@code gateway.log}
     * @param port for HTTPS; 0 for a free one
     * @param settings as environment variables
     */
    static Gateway start(Path data, int port, Map<String, String> settings) {
        return start(data, port, settings, List.of());
    }

    /** Starts on free ports with more arguments, such as {@code --service}. */
    static Gateway startWith(Path data, String... arguments) {
        return start(data, 0, Map.of(), List.of(arguments));
    }

    /** Starts on free ports with settings and more arguments. */
    static Gateway startWith(Path data, Map<String, String> settings, String... arguments) {
        return start(data, 0, settings, List.of(arguments));
    }

    private static Gateway start(Path data, int port, Map<String, String> settings, List<String> arguments) {
        try {
            return startProcess(data, port, settings, arguments);
        } catch (IOException e) {
            throw new UncheckedIOException("the quick start cannot be started", e);
        }
    }

    private static Gateway startProcess(Path data, int port, Map<String, String> settings, List<String> arguments)
            throws IOException {
        Path log = data.resolve("gateway.log");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(
                        command(),
                        "--json",
                        "--port",
                        Integer.toString(port),
                        "--http-port",
                        "0",
                        "--data",
                        data.resolve("state").toString())))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.command().addAll(arguments);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(settings);
        Process process = builder.start();
        try {
            return new Gateway(process, firstLine(process, log));
        } catch (RuntimeException | Error e) {
            end(
                    process,
                    Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                            .toList());
            throw e;
        }
    }

    private static JsonObject firstLine(Process process, Path log) {
        BufferedReader out = process.inputReader();
        String line = CompletableFuture.supplyAsync(() -> {
                    try {
                        return String.valueOf(out.readLine());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .completeOnTimeout("nothing in " + START_TIMEOUT, START_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .join();
        assertThat(line)
                .as(() -> "what the quick start says when it is ready; its log:\n" + read(log))
                .startsWith("{");
        return Json.createReader(new StringReader(line)).readObject();
    }

    private static String command() {
        String command = System.getenv("GATEWAY_COMMAND");
        if (command != null) {
            return command;
        }
        Path root = Path.of("..").toAbsolutePath().normalize();
        assertThat(root.resolve("standalone/target"))
                .as("the packaged quick start, which `mvn verify` makes before it comes here; `mvn test` does not")
                .isDirectoryContaining("glob:**/standalone-*.jar");
        return root.resolve("ops/quickstart").toString();
    }

    /** A port that is free now, for a gateway that is to come back under the same address. */
    static int freePort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = FIRST_PORT + NEXT_PORT.getAndIncrement() % PORTS;
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException _) {
                // taken; try another
            }
        }
        throw new IllegalStateException("no free port");
    }

    String issuer() {
        return description.getString("issuer");
    }

    /** The URL of a service, as a user gives it to a client. */
    URI service(String name) {
        return URI.create(description.getJsonObject("services").getString(name));
    }

    /** The certificates that clients are told to trust. */
    Path certificates() {
        return Path.of(description.getString("ca"));
    }

    int httpsPort() {
        return description.getInt("https");
    }

    /** Where it redirects to HTTPS. */
    int httpPort() {
        return description.getInt("http");
    }

    /** Ends it without warning, as a power cut would. */
    void kill() {
        processes.forEach(ProcessHandle::destroyForcibly);
    }

    /** Waits until every process of it is gone. */
    void awaitEnd() {
        processes.forEach(each -> each.onExit()
                .orTimeout(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .join());
    }

    /** Ends it as an operator does, and holds it to ending cleanly. */
    @Override
    public void close() {
        if (process.isAlive()) {
            int status = end(process, processes);
            assertThat(status)
                    .as("exit status of a quick start that was told to end")
                    .isZero();
        }
    }

    private static int end(Process process, List<ProcessHandle> processes) {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                processes.forEach(ProcessHandle::destroyForcibly);
            }
            return process.waitFor();
        } catch (InterruptedException e) {
            processes.forEach(ProcessHandle::destroyForcibly);
            throw new IllegalStateException("interrupted while the quick start ends", e);
        }
    }

    private static String read(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }
}
