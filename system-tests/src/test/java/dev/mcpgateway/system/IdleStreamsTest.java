package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.Client.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many event streams on which nothing happens. They stay open, cost little, and a user beside them notices nothing.
 * More of them, and longer: {@code system-tests/long streams}.
 */
@Tag("faults")
@Timeout(7_200)
class IdleStreamsTest {
    private static final int STREAMS = Integer.getInteger("streams.count", 200);
    private static final Duration HELD = Duration.ofSeconds(Integer.getInteger("streams.seconds", 5));
    private static final Duration P99 = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** The figure that is asked for is ten times less for many; a few carry what all of them share. */
    private static final long MAX_KILOBYTES_EACH = 640;

    private static final int SLACK = 10;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final List<Socket> sockets = new ArrayList<>();
    private volatile boolean over;

    @Test
    void stayOpenAndLeaveAUserUnaffected(@TempDir Path folder) throws Exception {
        try (SilentServer server = SilentServer.start();
                Deployment deployment = Deployment.start(
                        folder,
                        "jdbc:h2:file:" + folder.resolve("gateway"),
                        1,
                        Map.of("UPSTREAM_MAX_CONNECTIONS", "100000"));
                Web web = new Web(deployment.certificates())) {
            Client user = Client.register(web, deployment.echo());
            Tokens tokens = user.signIn(new User("alice", web));
            URI silent = deployment.addService("silent", server.url(), web);
            String token =
                    Client.register(web, silent).signIn(new User("alice", web)).access();
            SSLContext trust = Web.trusting(deployment.certificates());
            assertThat(user.initialize(tokens.access()).statusCode()).isEqualTo(200);
            long before = deployment.routerMemoryKilobytes();

            for (int i = 0; i < STREAMS; i++) {
                openOne(trust, silent, token, i);
            }
            long each = Math.max(0, deployment.routerMemoryKilobytes() - before) / STREAMS;
            List<Long> waits = callFor(HELD, user, tokens);

            assertThat(ended.get()).as("streams that ended").isZero();
            assertThat(open.get()).isEqualTo(STREAMS);
            over = true;
            for (Socket socket : sockets) {
                socket.close();
            }
            waits.sort(null);
            long p99 = waits.get(waits.size() * 99 / 100);
            System.out.printf(
                    "streams: %d held for %d s at %d KB of the router's memory each; a user's %d calls took p50 %d ms, p99 %d ms, longest %d ms%n",
                    STREAMS, HELD.toSeconds(), each, waits.size(), waits.get(waits.size() / 2), p99, waits.getLast());
            assertThat(Duration.ofMillis(p99)).isLessThan(P99.multipliedBy(SLACK));
            assertThat(each).isLessThan(MAX_KILOBYTES_EACH);
        }
    }

    /** Each from an address of its own, so that no bound of one client counts. */
    private void openOne(SSLContext trust, URI service, String token, int number) throws IOException {
        byte[] from = {127, 2, (byte) (number / 250), (byte) (number % 250 + 1)};
        Socket plain =
                new Socket(InetAddress.getLoopbackAddress(), service.getPort(), InetAddress.getByAddress(from), 0);
        Socket socket = trust.getSocketFactory().createSocket(plain, "localhost", service.getPort(), true);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        sockets.add(socket);
        socket.getOutputStream()
                .write("GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\nAuthorization: Bearer %s\r\n\r\n"
                        .formatted(service.getPath(), service.getAuthority(), token)
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        assertThat(new String(in.readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 200");
        open.incrementAndGet();
        Thread.ofVirtual().start(() -> readToEnd(in));
    }

    private void readToEnd(InputStream in) {
        byte[] piece = new byte[256];
        try {
            for (int count = in.read(piece); count != -1; count = in.read(piece)) {
                if (new String(piece, 0, count, StandardCharsets.US_ASCII).contains("0\r\n\r\n")) {
                    break;
                }
            }
        } catch (IOException _) {
            // an end, too
        }
        if (!over) {
            ended.incrementAndGet();
        }
    }

    private static List<Long> callFor(Duration time, Client user, Tokens tokens) {
        List<Long> waits = new ArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            assertThat(user.initialize(tokens.access()).statusCode()).isEqualTo(200);
            waits.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return waits;
    }
}
