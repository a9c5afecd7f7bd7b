package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.system.Client.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The router is told to stop while streams are open and requests are being answered. With the figures that are asked
 * for: {@code system-tests/long stop}.
 */
@Tag("faults")
@Timeout(300)
class RouterStopTest {
    private static final int STREAMS = Integer.getInteger("stop.streams", 20);
    private static final int REQUESTS = 10;
    private static final Duration DRAIN = Duration.ofSeconds(30);

    /** The figure is 2 s; a machine that has other things to do gets more. */
    private static final Duration START = Duration.ofSeconds(20);

    @Test
    void endsStreamsCleanlyAndAnswersWhatIsUnderWay(@TempDir Path folder) throws Exception {
        CountDownLatch asked = new CountDownLatch(REQUESTS);
        CountDownLatch answers = new CountDownLatch(1);
        HttpServer slow = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        slow.setExecutor(threads);
        slow.createContext("/", exchange -> {
            asked.countDown();
            await(answers);
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write("late".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        slow.start();
        try (threads;
                SilentServer server = SilentServer.start();
                Deployment deployment = Deployment.start(
                        folder,
                        "jdbc:h2:file:" + folder.resolve("gateway"),
                        1,
                        Map.of("DRAIN_TIMEOUT", DRAIN.toSeconds() + "s"));
                Web web = new Web(deployment.certificates())) {
            SSLContext trust = Web.trusting(deployment.certificates());
            URI silent = deployment.addService("silent", server.url(), web);
            URI late = deployment.addService(
                    "late", URI.create("http://127.0.0.1:" + slow.getAddress().getPort()), web);
            String token = signIn(web, silent).access();
            List<Future<String>> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                Socket socket = request(trust, silent, token);
                InputStream in = socket.getInputStream();
                assertThat(ascii(in.readNBytes("HTTP/1.1 200".length()))).isEqualTo("HTTP/1.1 200");
                streams.add(threads.submit(() -> readToEnd(socket)));
            }
            String lateToken = signIn(web, late).access();
            List<Future<String>> requests = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                Socket socket = request(trust, late, lateToken);
                requests.add(threads.submit(() -> readToEnd(socket)));
            }
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            long start = System.nanoTime();
            Future<Integer> exit = threads.submit(() -> deployment.router().stop());
            for (Future<String> stream : streams) {
                assertThat(stream.get()).endsWith("\r\n0\r\n\r\n");
            }
            Duration ended = Duration.ofNanos(System.nanoTime() - start);
            answers.countDown();
            for (Future<String> request : requests) {
                assertThat(request.get()).startsWith("HTTP/1.1 200").endsWith("late");
            }
            assertThat(exit.get()).isZero();
            Duration stopped = Duration.ofNanos(System.nanoTime() - start);
            long again = System.nanoTime();
            deployment.router().startAgain();
            Duration ready = Duration.ofNanos(System.nanoTime() - again);

            System.out.printf(
                    "stop: %d streams ended after %d ms, %d requests answered, gone after %d ms, ready again after %d ms%n",
                    STREAMS, ended.toMillis(), REQUESTS, stopped.toMillis(), ready.toMillis());
            assertThat(stopped).isLessThan(DRAIN);
            assertThat(ready).isLessThan(START);
        } finally {
            slow.stop(0);
        }
    }

    private static Tokens signIn(Web web, URI service) {
        return Client.register(web, service).signIn(new User("alice", web));
    }

    private static Socket request(SSLContext trust, URI service, String token) throws IOException {
        Socket socket = trust.getSocketFactory().createSocket("localhost", service.getPort());
        socket.getOutputStream()
                .write("GET %s HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\nAuthorization: Bearer %s\r\n\r\n"
                        .formatted(service.getPath(), service.getAuthority(), token)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Everything that came; an end that TLS does not announce is an exception. */
    private static String readToEnd(Socket socket) throws IOException {
        try (socket) {
            return ascii(socket.getInputStream().readAllBytes());
        }
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
