package dev.mcpgateway.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One of our programs in a process of its own, on the module path; it can be ended in any way and started again. */
final class ServiceProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final long PROBE_INTERVAL_MILLIS = 50;

    private Program program;
    private Process process;

    /**
     * What is started.
     *
     * @param name for messages
     * @param main module and class
     * @param environment all of it
     * @param probe answers less than 500 when the program is ready
     * @param log is appended to
     */
    record Program(
            String name,
            String modulePath,
            String main,
            List<String> arguments,
            Map<String, String> environment,
            URI probe,
            Path log) {}

    private ServiceProcess(Program program) {
        this.program = program;
        this.process = launch(program);
    }

    /** Does not wait until it is ready. */
    static ServiceProcess start(Program program) {
        return new ServiceProcess(program);
    }

    private static Process launch(Program program) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.config.file=" + Modules.ROOT.resolve("ops/logging.properties"),
                "--module-path",
                program.modulePath(),
                "--add-modules",
                "ALL-MODULE-PATH",
                "--module",
                program.main()));
        command.addAll(program.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(program.log().toFile()));
        builder.environment().clear();
        builder.environment().putAll(program.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(program.name() + " cannot be started", e);
        }
    }

    /** @throws AssertionError with its log if it ends, or takes too long */
    void awaitReady() {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build()) {
            while (!isReady(client)) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new AssertionError(program.name() + " is not ready; its log:\n" + log());
                }
                if (process.waitFor(PROBE_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new AssertionError(program.name() + " ended; its log:\n" + log());
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while " + program.name() + " starts", e);
        }
    }

    private boolean isReady(HttpClient client) throws InterruptedException {
        HttpRequest question =
                HttpRequest.newBuilder(program.probe()).timeout(PROBE_TIMEOUT).build();
        try {
            return client.send(question, BodyHandlers.discarding()).statusCode() < 500;
        } catch (IOException _) { // it does not listen yet
            return false;
        }
    }

    /** Waits for it to refuse to start. */
    int awaitEnd() {
        try {
            if (!process.waitFor(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(program.name() + " does not end; its log:\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while " + program.name() + " ends", e);
        }
    }

    /** Tells it to end, and waits for that; its exit code. */
    int stop() {
        process.destroy();
        return awaitEnd();
    }

    /** Ends it without warning. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts it again after it ended, and waits until it is ready. */
    void startAgain() {
        process = launch(program);
        awaitReady();
    }

    /** As {@link #startAgain}, with these settings and without those whose value is empty. */
    void startAgainWith(Map<String, String> changes) {
        change(changes);
        startAgain();
    }

    /** As {@link #startAgainWith}, for a process that refuses to start: its exit code. */
    int endOfStartWith(Map<String, String> changes) {
        change(changes);
        process = launch(program);
        return awaitEnd();
    }

    /** As {@link #startAgain}, in another version of the program. */
    void startAgainAs(String modulePath) {
        program = program(modulePath, program.environment());
        startAgain();
    }

    private void change(Map<String, String> changes) {
        Map<String, String> environment = new HashMap<>(program.environment());
        environment.putAll(changes);
        environment.values().removeIf(String::isEmpty);
        program = program(program.modulePath(), environment);
    }

    private Program program(String modulePath, Map<String, String> environment) {
        return new Program(
                program.name(),
                modulePath,
                program.main(),
                program.arguments(),
                environment,
                program.probe(),
                program.log());
    }

    /** How many threads of the operating system it has. */
    int threads() {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            return (int) threads.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many files and sockets it has open. */
    int openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return (int) files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it holds of the machine's memory. */
    long memoryKilobytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything it ever wrote. */
    String log() {
        try {
            return Files.readString(program.log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                kill();
                throw new AssertionError(program.name() + " did not end when it was told to; its log:\n" + log());
            }
        } catch (InterruptedException e) {
            kill();
            throw new IllegalStateException("interrupted while " + program.name() + " ends", e);
        }
    }
}
