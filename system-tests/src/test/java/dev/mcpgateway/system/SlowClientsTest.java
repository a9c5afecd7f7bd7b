package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.Client.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients that send as slowly as they can, read nothing or never finish their handshake, and come again whenever
 * they are cut. A user beside them notices nothing. More of them: {@code system-tests/long slow}.
 */
@Tag("faults")
@Timeout(3_600)
class SlowClientsTest {
    private static final int CLIENTS = Integer.getInteger("slow.clients", 300);
    private static final int CALLS = Math.max(200, CLIENTS);
    private static final Duration P99 = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final List<Long> waits = new ArrayList<>();
    private volatile boolean over;

    @Test
    void leavesAUserUnaffected(@TempDir Path folder) throws Exception {
        try (Deployment deployment = Deployment.start(folder)) {
            Web web = new Web(deployment.certificates());
            Client user = Client.register(web, deployment.echo());
            Tokens tokens = user.signIn(new User("alice", web));
            SSLContext trust = Web.trusting(deployment.certificates());
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                Thread.ofVirtual().start(() -> comeAgain(trust, deployment.httpsPort(), number));
            }
            awaitAll();

            for (int i = 0; i < CALLS; i++) {
                long start = System.nanoTime();
                assertThat(user.initialize(tokens.access()).statusCode()).isEqualTo(200);
                waits.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            assertThat(connected.get()).as("slow clients at the end").isGreaterThan(CLIENTS * 8 / 10);
            over = true;
            web.close();
        }
        waits.sort(null);
        long p99 = waits.get(waits.size() * 99 / 100);
        System.out.printf(
                "slow: %d clients, of which %d times one was cut; a user's %d calls took p50 %d ms, p99 %d ms, longest %d ms%n",
                CLIENTS, cut.get(), CALLS, waits.get(waits.size() / 2), p99, waits.getLast());
        assertThat(Duration.ofMillis(p99)).isLessThan(P99);
    }

    private void awaitAll() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (connected.get() < CLIENTS * 9 / 10) {
            assertThat(System.nanoTime())
                    .as("%d clients are connected", connected.get())
                    .isLessThan(end);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void comeAgain(SSLContext trust, int port, int number) {
        byte[] from = {127, 1, (byte) (number / 250), (byte) (number % 250 + 1)};
        while (!over) {
            try (Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByAddress(from), 0)) {
                beSlow(trust, socket, number);
            } catch (IOException _) {
                cut.incrementAndGet();
            }
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        }
    }

    /** Returns when the connection has ended. */
    private void beSlow(SSLContext trust, Socket plain, int number) throws IOException {
        switch (number % 6) {
            case 0 -> hold(plain, "", "");
            case 1 -> hold(plain, "\u0016\u0003\u0001\u0002", "\u0000");
            case 2 -> hold(tls(trust, plain), "GET /echo/mcp HTTP/1.1\r\nHost: localhost\r\nX: ", "x");
            case 3 -> hold(tls(trust, plain), "GET /echo/mcp HTTP/1.1\r\n", "X: 1\r\n");
            case 4 ->
                hold(
                        tls(trust, plain),
                        "POST /token HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 60000\r\n\r\n"
                                .formatted(plain.getPort()),
                        "x");
            default -> {
                String request = "GET /jwks HTTP/1.1\r\nHost: localhost:%d\r\n\r\n".formatted(plain.getPort());
                hold(tls(trust, plain), request.repeat(20), request);
            }
        }
    }

    private static Socket tls(SSLContext trust, Socket plain) throws IOException {
        return trust.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
    }

    /** Sends a piece each second and reads nothing. */
    private void hold(Socket socket, String begin, String piece) throws IOException {
        connected.incrementAndGet();
        try {
            send(socket, begin);
            while (!over) {
                if (piece.isEmpty()) {
                    awaitEnd(socket);
                } else {
                    LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                    send(socket, piece);
                }
            }
        } finally {
            connected.decrementAndGet();
        }
    }

    /** For a second at most. */
    private static void awaitEnd(Socket socket) throws IOException {
        socket.setSoTimeout(1_000);
        try {
            if (socket.getInputStream().read() == -1) {
                throw new IOException("closed by the other side");
            }
        } catch (SocketTimeoutException _) {
            // still open
        }
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }
}
