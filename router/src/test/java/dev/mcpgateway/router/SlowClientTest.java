package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.upstream.ScriptedUpstream.Script;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that keep the router waiting, and clients that send without end. */
@Execution(ExecutionMode.CONCURRENT) // its cases wait, each for something else
class SlowClientTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET /echo/mcp HTTP/1.1\r\nHost: x\r\n", "GET /echo/mcp HTTP/1.1\r\nX: "})
    void cutsAHeadThatComesByteByByte(String begin) throws IOException {
        try (TestRouter router = setup().start();
                RawClient client = router.connect()) {
            client.send(begin);
            drip(client, "E", Duration.ofMillis(100));

            assertThat(client.read())
                    .returns(408, RawClient.Answer::status)
                    .satisfies(answer -> assertThat(answer.body()).contains("\"error\":\"request_timeout\""));
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void cutsAHeadThatComesLineByLine() throws IOException {
        try (TestRouter router = setup().start();
                RawClient client = router.connect()) {
            client.send("GET /echo/mcp HTTP/1.1\r\nHost: x\r\n");
            drip(client, "X-Line: 1\r\n", Duration.ofMillis(200));

            assertThat(client.read().status()).isEqualTo(408);
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void cutsASlowHeadBehindAnotherRequest() throws IOException {
        try (TestRouter router = setup().start();
                RawClient client = router.connect()) {
            client.send(router.get("/echo/mcp") + "GET /echo/mcp HTT");

            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.read().status()).isEqualTo(408);
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void cutsASlowHeadOnThePlainEntryPoint() throws IOException {
        try (TestRouter router = setup().start();
                RawClient client = router.connectPlain(router.router().httpPort())) {
            client.send("GET / HTT");

            assertThat(client.read().status()).isEqualTo(408);
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\u0016\u0003\u0001", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"})
    void cutsHandshakesThatDoNotEnd(String begin) throws IOException {
        try (TestRouter router = setup().start();
                RawClient client = router.connectPlain(router.router().httpsPort())) {
            client.send(begin);

            assertEndsSoon(client);
        }
    }

    @Test
    void cutsAHandshakeOfWhichNowAndThenAByteComes() throws IOException {
        try (TestRouter router = setup().start();
                RawClient client = router.connectPlain(router.router().httpsPort())) {
            client.send("\u0016\u0003\u0001\u0002\u0000");
            drip(client, "\u0001", Duration.ofMillis(100));

            assertEndsSoon(client);
        }
    }

    @Test
    void closesConnectionsWithoutTlsAtOnce() throws IOException {
        try (TestRouter router = TestRouter.setup().start();
                RawClient client = router.connectPlain(router.router().httpsPort())) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertEndsSoon(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100000", "Transfer-Encoding: chunked"})
    void cutsABodyThatIsSlowerThanTheRate(String framing) throws IOException {
        try (TestRouter router = setup().start();
                RawClient client = router.connect()) {
            client.send(router.request("POST", "/echo/mcp", "1\r\nx\r\n", framing));
            drip(client, "1\r\nx\r\n", Duration.ofMillis(100));

            assertThat(client.read())
                    .returns(408, RawClient.Answer::status)
                    .satisfies(answer -> assertThat(answer.body()).contains("\"error\":\"request_timeout\""));
            assertThat(client.readToEnd()).isEmpty();
            Eventually.holds(() -> router.service().openConnections() == 0);
        }
    }

    @Test
    void takesABodyThatIsSlowButFastEnough() throws IOException {
        try (TestRouter router = setup().with("BODY_GRACE", "500ms")
                        .with("MIN_BODY_RATE", "20")
                        .start();
                RawClient client = router.connect()) {
            client.send(router.request("POST", "/echo/mcp", "", "Content-Length: 100"));
            for (int i = 0; i < 10; i++) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                client.send("0123456789");
            }

            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void cutsASlowBodyThatNobodyWants() throws IOException {
        try (TestRouter router = setup().verify(TestRouter.DENIED).start();
                RawClient client = router.connect()) {
            client.send(router.request("POST", "/echo/mcp", "x", "Content-Length: 100"));

            assertThat(client.read().status()).isEqualTo(401);
            assertEndsSoon(client);
        }
    }

    @Test
    void cutsAClientThatDoesNotReadAndFreesTheUpstream() throws IOException, InterruptedException {
        CountDownLatch left = new CountDownLatch(1);
        Script endless = peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            try {
                while (true) {
                    peer.send("data: " + "x".repeat(60_000) + "\n\n");
                }
            } finally {
                left.countDown();
            }
        };
        try (TestRouter router =
                        setup().service(endless).with("SEND_TIMEOUT", "1s").start();
                RawClient client = router.connect()) {
            client.send(router.get("/echo/mcp")).readHead();

            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void takesNoClientForSlowWhileItsUpstreamIs() throws IOException {
        Script slow = peer -> {
            peer.readRequest();
            LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
            peer.send(TestRouter.HELLO);
        };
        try (TestRouter router =
                        setup().service(slow).with("SEND_TIMEOUT", "1s").start();
                RawClient client = router.connect()) {
            assertThat(client.send(router.post("/echo/mcp", "{}")).read().body())
                    .isEqualTo("hello");
        }
    }

    @Test
    void refusesMoreHeadersThanFit() throws IOException {
        try (TestRouter router = TestRouter.setup().start();
                RawClient client = router.connect()) {
            sendWhatFits(client, "GET /echo/mcp HTTP/1.1\r\nHost: x\r\n" + "A: 1\r\n".repeat(20_000) + "\r\n");

            assertThat(client.read().status()).isEqualTo(431);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /", "GET /echo/mcp HTTP/1.1\r\nHost: x\r\nX: "})
    void refusesLinesWithoutEnd(String begin) throws IOException {
        try (TestRouter router = TestRouter.setup().start();
                RawClient client = router.connect()) {
            sendWhatFits(client, begin + "a".repeat(1_000_000));

            assertThat(client.read().status()).isEqualTo(begin.length() < 10 ? 414 : 431);
        }
    }

    @Test
    void refusesAChunkedBodyWithoutEnd() throws IOException {
        try (TestRouter router =
                        TestRouter.setup().with("MAX_BODY_BYTES", "100000").start();
                RawClient client = router.connect()) {
            client.send(router.request("POST", "/echo/mcp", "", "Transfer-Encoding: chunked"));
            sendWhatFits(client, ("1000\r\n" + "x".repeat(0x1000) + "\r\n").repeat(100));

            assertThat(client.read().status()).isEqualTo(413);
        }
    }

    @Test
    void boundsTheConnectionsOfOneClient() throws IOException {
        try (TestRouter router =
                TestRouter.setup().with("MAX_CONNECTIONS_PER_CLIENT", "2").start()) {
            RawClient first = router.connect();
            RawClient second = router.connect();

            assertThatThrownBy(router::connect).hasRootCauseInstanceOf(IOException.class);
            try (RawClient other = router.connectFrom("127.0.0.2")) {
                assertThat(other.send(router.get("/token")).read().status()).isEqualTo(200);
            }

            first.close();
            Eventually.holds(() -> answers(router));
            second.close();
        }
    }

    @Test
    void letsClientsInWhileOthersStopInTheMiddleOfTheirHandshakes() throws IOException {
        List<RawClient> stopped = new ArrayList<>();
        try (TestRouter router = TestRouter.setup().with("MAX_HANDSHAKES", "1").start()) {
            for (int i = 0; i < 10; i++) {
                RawClient client = router.connectPlain(router.router().httpsPort());
                stopped.add(client.send(clientHello(router)));
            }

            Eventually.within(SOON, () -> answers(router));
        } finally {
            for (RawClient client : stopped) {
                client.close();
            }
        }
    }

    private static String clientHello(TestRouter router) throws IOException {
        SSLEngine engine = router.trust().createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return StandardCharsets.ISO_8859_1.decode(hello.flip()).toString();
    }

    /** With every time short enough for a test. */
    private static TestRouter.Setup setup() {
        return TestRouter.setup()
                .with("HANDSHAKE_TIMEOUT", "1s")
                .with("REQUEST_HEAD_TIMEOUT", "1s")
                .with("BODY_GRACE", "1s");
    }

    private static void drip(RawClient client, String piece, Duration interval) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    LockSupport.parkNanos(interval.toNanos());
                    client.send(piece);
                }
            } catch (IOException _) {
                // cut, as it should be
            }
        });
    }

    /** The router may stop reading before everything is sent. */
    private static void sendWhatFits(RawClient client, String bytes) {
        Thread.ofVirtual().start(() -> {
            try {
                client.send(bytes);
            } catch (IOException _) {
                // refused, as it should be
            }
        });
    }

    private static void assertEndsSoon(RawClient client) {
        long start = System.nanoTime();
        client.readToEnd();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }

    private static boolean answers(TestRouter router) {
        try {
            return router.ask(router.get("/token")).status() == 200;
        } catch (IOException | RuntimeException _) {
            return false;
        }
    }
}
