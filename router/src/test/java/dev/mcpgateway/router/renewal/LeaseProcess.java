package dev.mcpgateway.router.renewal;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Another router's process, which takes the lease and then does what its standard input says. */
final class LeaseProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    private LeaseProcess(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Returns once it has the lease. */
    static LeaseProcess start(Path folder, Duration lifetime) throws IOException {
        Set<String> path = new LinkedHashSet<>();
        for (Class<?> part : List.of(
                Lease.class,
                LeaseProcess.class,
                jakarta.json.Json.class,
                jakarta.json.Json.createObjectBuilder().getClass(),
                org.jspecify.annotations.Nullable.class)) {
            path.add(Path.of(java.net.URI.create(part.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toString()))
                    .toString());
        }
        LeaseProcess started = new LeaseProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        String.join(File.pathSeparator, path),
                        LeaseProcess.class.getName(),
                        folder.toString(),
                        String.valueOf(lifetime.toMillis()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        if (!"true".equals(started.answers.readLine())) {
            started.close();
            throw new IOException("it did not get the lease");
        }
        return started;
    }

    /** Whether it could do what only the holder may. */
    boolean actsAsHolder() throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).append("act\n").flush();
        return Boolean.parseBoolean(answers.readLine());
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** As kill -9 does. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    public static void main(String[] arguments) throws Exception {
        Lease lease = new Lease(
                Path.of(arguments[0]), "another", Duration.ofMillis(Long.parseLong(arguments[1])), Clock.systemUTC());
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Lease.Held held = lease.tryAcquire().orElse(null);
        out.println(held != null);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (held != null && orders.readLine() != null) {
            out.println(held.whileHeld(() -> {}));
        }
    }
}
