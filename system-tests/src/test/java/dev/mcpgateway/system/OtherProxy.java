package dev.mcpgateway.system;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A proxy that is not ours, in the foreground, with the configuration that the guide gives for it. */
final class OtherProxy implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final long PROBE_INTERVAL_MILLIS = 20;

    private static final List<Path> FOLDERS =
            List.of(Path.of("/usr/local/sbin"), Path.of("/usr/sbin"), Path.of("/usr/local/bin"), Path.of("/usr/bin"));

    private final Process process;
    private final Path log;

    private OtherProxy(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Where it is installed. Skips the test where it is not, unless real servers are required. */
    static Path find(String program) {
        Stream<Path> candidates = FOLDERS.stream().map(folder -> folder.resolve(program));
        return candidates.filter(Files::isExecutable).findFirst().orElseGet(() -> {
            String missing = "NOT TESTED behind " + program + ": it is not installed (apt-get install " + program + ")";
            if (Boolean.parseBoolean(System.getenv("REQUIRE_REAL_STORES"))) {
                throw new AssertionError(missing);
            }
            System.err.println(missing);
            return abort(missing);
        });
    }

    /** The only block of this language in the guide. */
    static String configuration(String language) {
        try {
            String guide = Files.readString(Modules.ROOT.resolve("docs/guide/other-proxies.md"));
            Matcher block =
                    Pattern.compile("(?s)\n```" + language + "\n(.*?)\n```\n").matcher(guide);
            if (!block.find()) {
                throw new AssertionError("the guide has no block of " + language);
            }
            return block.group(1) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it and waits until it listens. */
    static OtherProxy start(List<String> command, Map<String, String> environment, int port, Path log) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            OtherProxy proxy = new OtherProxy(builder.start(), log);
            proxy.awaitListening(port);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(command.getFirst() + " cannot be started", e);
        }
    }

    private void awaitListening(int port) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        try {
            while (!listens(port)) {
                if (process.waitFor(PROBE_INTERVAL_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                    process.destroy();
                    throw new AssertionError("the proxy does not listen; its log:\n" + log());
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while the proxy starts", e);
        }
    }

    private static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            return true;
        } catch (IOException _) { // not yet
            return false;
        }
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the proxy did not end when it was told to; its log:\n" + log());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException("interrupted while the proxy ends", e);
        }
    }
}
