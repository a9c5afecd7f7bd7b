package dev.mcpgateway.router.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.LookUp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PreflightTest {
    private static final List<String> NAMES = List.of("a.example.com");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Map<String, String> published = new ConcurrentHashMap<>();
    private final Preflight.Probes probes = (token, answer) -> {
        published.put(token, answer);
        return () -> published.remove(token);
    };
    private final LookUp here = _ -> List.of(InetAddress.getLoopbackAddress());
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void isFineWhereOurOwnAnswerComes() {
        answer(token -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n" + published.get(token));

        assertThat(http(here, TIMEOUT).problem(NAMES)).isEmpty();
        assertThat(published).isEmpty();
    }

    @Test
    void waitsForAnotherRouterToLearnOfTheProbe() {
        AtomicInteger questions = new AtomicInteger();
        answer(token -> questions.incrementAndGet() == 1
                ? "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n"
                : "HTTP/1.1 200 OK\r\n\r\n" + published.get(token));

        assertThat(http(here, TIMEOUT).problem(NAMES)).isEmpty();
    }

    @Test
    void saysWhyAProbeCannotBeShown() {
        Preflight.Probes full = (_, _) -> {
            throw new IOException("No space left on device");
        };

        assertThat(new Preflight(new Preflight.Method.Http01(full, server.getLocalPort()), here, TIMEOUT)
                        .problem(NAMES))
                .contains("the answer of a probe cannot be kept (No space left on device)");
    }

    @Test
    void isFineWhereTheAuthorityIsSentOn() {
        answer(_ -> "HTTP/1.1 301 Moved\r\nLocation: https://a.example.com/\r\n\r\n");

        assertThat(http(here, TIMEOUT).problem(NAMES)).isEmpty();
    }

    @Test
    void saysWhereSomebodyElseAnswers() {
        answer(_ -> "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        assertThat(http(here, TIMEOUT).problem(NAMES))
                .contains(
                        "a.example.com resolves to 127.0.0.1, where port %d is answered by somebody else; the CA needs this router's answer"
                                .formatted(server.getLocalPort()));
        assertThat(published).isEmpty();
    }

    @Test
    void saysWhereNobodyAnswers() throws IOException {
        server.close();

        assertThat(http(here, TIMEOUT).problem(NAMES).orElseThrow())
                .startsWith("a.example.com resolves to 127.0.0.1, where port %d does not answer"
                        .formatted(server.getLocalPort()))
                .endsWith("; the CA needs it");
        assertThat(tls(here, TIMEOUT).problem(NAMES).orElseThrow())
                .startsWith("a.example.com resolves to 127.0.0.1, where port %d does not answer"
                        .formatted(server.getLocalPort()));
    }

    @Test
    void everyAddressCounts() {
        answer(token -> "HTTP/1.1 200 OK\r\n\r\n" + published.get(token));
        LookUp two =
                _ -> List.of(InetAddress.getLoopbackAddress(), InetAddress.getByAddress(new byte[] {127, 0, 0, 9}));

        assertThat(http(two, TIMEOUT).problem(NAMES).orElseThrow()).contains("resolves to 127.0.0.9");
    }

    @Test
    void saysWhatDoesNotResolve() {
        LookUp none = name -> {
            throw new UnknownHostException(name);
        };

        assertThat(http(none, TIMEOUT).problem(NAMES))
                .contains("a.example.com does not resolve; add an A or AAAA record that leads to this router");
        assertThat(new Preflight(new Preflight.Method.Dns01(), none, TIMEOUT).problem(NAMES))
                .isEmpty();
    }

    @Test
    void nobodyKeepsItWaiting() {
        // nobody accepts, though the connection comes about
        assertThat(http(here, Duration.ofMillis(200)).problem(NAMES).orElseThrow())
                .contains("does not answer (timed out)");
        CountDownLatch never = new CountDownLatch(1);
        LookUp slow = _ -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return List.of();
        };
        assertThat(http(slow, Duration.ofMillis(200)).problem(NAMES).orElseThrow())
                .contains("does not resolve");
    }

    @Test
    void tlsAlpnNeedsAnOpenPortOnly() {
        assertThat(tls(here, TIMEOUT).problem(NAMES)).isEmpty();
    }

    private Preflight http(LookUp lookUp, Duration timeout) {
        return new Preflight(new Preflight.Method.Http01(probes, server.getLocalPort()), lookUp, timeout);
    }

    private Preflight tls(LookUp lookUp, Duration timeout) {
        return new Preflight(new Preflight.Method.TlsAlpn01(server.getLocalPort()), lookUp, timeout);
    }

    /** Keeps connections open after its answer. */
    private void answer(Function<String, String> answers) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    String line = new BufferedReader(
                                    new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine();
                    String token = line.split(" ", -1)[1].replace("/.well-known/acme-challenge/", "");
                    String answer = answers.apply(token);
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                    if (answer.contains("Connection: close")) {
                        socket.shutdownOutput();
                    }
                }
            } catch (IOException _) {
                // the test is over
            }
        });
    }
}
