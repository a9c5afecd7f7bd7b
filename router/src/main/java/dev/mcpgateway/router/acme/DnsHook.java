package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.renewal.OrderException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Proves hosts in the DNS, by a program of the operator's: {@code HOOK present NAME VALUE} adds a TXT record beside
 * others of that name, and returns when the authority can see it; {@code HOOK cleanup NAME VALUE} removes it. Both end
 * with 0. The program gets no secret and nothing on its input, and of the environment only {@code PATH}, {@code HOME}
 * and {@code LANG}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8555#section-8.4">RFC 8555, section 8.4</a>
 */
final class DnsHook implements ChallengeAnswers {
    private static final System.Logger LOG = System.getLogger(DnsHook.class.getName());
    private static final List<String> ENVIRONMENT = List.of("PATH", "HOME", "LANG");
    private static final int MAX_OUTPUT_BYTES = 1_000;
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Path program;
    private final Duration timeout;

    /** @param timeout of one call; what it has started is killed then */
    DnsHook(Path program, Duration timeout) {
        this.program = program;
        this.timeout = timeout;
    }

    @Override
    public Shown show(String domain, String token, String keyAuthorization) throws OrderException {
        String name = "_acme-challenge." + domain;
        String value = value(keyAuthorization);
        Shown shown = () -> cleanUp(name, value);
        try {
            call("present", name, value);
        } catch (OrderException e) {
            shown.close();
            throw e;
        }
        return shown;
    }

    private void cleanUp(String name, String value) {
        try {
            call("cleanup", name, value);
        } catch (OrderException e) {
            LOG.log(Level.WARNING, "acme event=record-left-behind name={0}: {1}", name, e.getMessage());
        }
    }

    private void call(String action, String name, String value) throws OrderException {
        String call = "%s %s %s".formatted(program, action, name);
        try {
            Process process = start(action, name, value);
            CompletableFuture<String> errors = collect(process.getErrorStream());
            if (!hasEnded(process)) {
                throw failed("%s did not end within ACME_DNS_WAIT, %d s".formatted(call, timeout.toSeconds()), null);
            }
            if (process.exitValue() != 0) {
                String words = errors.completeOnTimeout("", LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
                throw failed(
                        "%s ended with %d%s".formatted(call, process.exitValue(), words.isEmpty() ? "" : ": " + words),
                        null);
            }
        } catch (IOException e) {
            throw failed("%s cannot be called (%s)".formatted(call, OrderFailures.shortly(e)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(call + " was interrupted", e);
        }
    }

    private Process start(String action, String name, String value) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program.toAbsolutePath().toString(), action, name, value)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(ENVIRONMENT);
        return builder.start();
    }

    /** Reads to the end, so that the program is never held up, and keeps the beginning. */
    private static CompletableFuture<String> collect(InputStream errors) {
        CompletableFuture<String> words = new CompletableFuture<>();
        Thread.ofVirtual().name("acme-dns-hook").start(() -> {
            try (errors) {
                byte[] start = errors.readNBytes(MAX_OUTPUT_BYTES);
                errors.transferTo(OutputStream.nullOutputStream());
                words.complete(OrderFailures.plain(new String(start, StandardCharsets.UTF_8)));
            } catch (IOException _) {
                words.complete(""); // it was killed
            }
        });
        return words;
    }

    private boolean hasEnded(Process process) throws InterruptedException {
        boolean ended = false;
        try {
            ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return ended;
        } finally {
            if (!ended) {
                kill(process);
            }
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String value(String keyAuthorization) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(keyAuthorization.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }

    private static OrderException failed(String message, @Nullable Throwable cause) {
        return new OrderException(
                OrderException.Reason.LOCAL, message + ". See the guide to ACME_DNS_HOOK", Optional.empty(), cause);
    }
}
