package dev.mcpgateway.router;

import static dev.mcpgateway.router.RawHttp2Client.DATA;
import static dev.mcpgateway.router.RawHttp2Client.END_HEADERS;
import static dev.mcpgateway.router.RawHttp2Client.END_STREAM;
import static dev.mcpgateway.router.RawHttp2Client.HEADERS;
import static dev.mcpgateway.router.RawHttp2Client.RST_STREAM;
import static dev.mcpgateway.router.RawHttp2Client.SETTINGS;
import static dev.mcpgateway.router.RawHttp2Client.WINDOW_UPDATE;
import static dev.mcpgateway.router.RawHttp2Client.block;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.ScriptedUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Clients that take their time do not take what others need: connections to upstreams, and places for requests. */
class StarvationTest {
    private static final int WHOLE = END_HEADERS | END_STREAM;

    /** With a single connection to each upstream, so that whoever holds it starves everybody else. */
    private static TestRouter.Setup setup() {
        return TestRouter.setup().with("UPSTREAM_MAX_CONNECTIONS", "1");
    }

    private static String head(TestRouter router, String method, String path, String... more) {
        String usual = block(":method", method, ":scheme", "https", ":authority", router.host(), ":path", path);
        return usual + block(more);
    }

    private static void assertServed(TestRouter router, String path) throws IOException {
        long start = System.nanoTime();
        assertThat(router.ask(router.get(path)).status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void holdsNoConnectionForAChunkedBodyThatDoesNotCome() throws IOException {
        try (TestRouter router = setup().start();
                RawClient slow = router.connect()) {
            slow.send(router.request("POST", "/token", "5\r\nhello\r\n", "Transfer-Encoding: chunked"));

            assertServed(router, "/token");
            assertThat(slow.send("0\r\n\r\n").read().status()).isEqualTo(200);
        }
    }

    @Test
    void holdsNoConnectionForABodyOverHttp2ThatDoesNotCome() throws IOException {
        try (TestRouter router = setup().start();
                RawHttp2Client slow = router.connectHttp2()) {
            slow.frame(HEADERS, END_HEADERS, 1, head(router, "POST", "/token"));
            slow.frame(DATA, 0, 1, "hel");

            assertServed(router, "/token");
            slow.frame(DATA, END_STREAM, 1, "lo");
            assertThat(slow.answer(1).status()).isEqualTo(200);
            assertThat(router.oracle().requests().getLast())
                    .containsIgnoringCase("\r\nContent-Length: 5\r\n")
                    .endsWith("\r\n\r\nhello");
        }
    }

    @Test
    void takesNoLongBodyForTheAuthorizationServer() throws IOException {
        try (TestRouter router = setup().start();
                RawClient chunks = router.connect()) {
            String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";

            assertThat(router.ask(router.request("POST", "/token", "", "Content-Length: 65537"))
                            .status())
                    .isEqualTo(413);
            chunks.send(router.request("POST", "/token", chunk.repeat(3), "Transfer-Encoding: chunked"));
            assertThat(chunks.read().status()).isEqualTo(413);
            assertThat(router.oracle().connections()).isZero();
        }
    }

    @Test
    void holdsNoConnectionForAShortAnswerThatNobodyTakes() throws IOException {
        try (TestRouter router = setup().start();
                RawHttp2Client silent = router.connectHttp2()) {
            silent.frame(SETTINGS, 0, 0, "\0\u0004\0\0\0\0");
            silent.frame(HEADERS, WHOLE, 1, head(router, "GET", "/token"));
            silent.frame(HEADERS, WHOLE, 3, head(router, "GET", "/echo/mcp"));
            assertThat(silent.await(HEADERS).stream()).isIn(1, 3);
            assertThat(silent.await(HEADERS).stream()).isIn(1, 3);

            assertServed(router, "/token");
            assertServed(router, "/echo/mcp");

            silent.frame(WINDOW_UPDATE, 0, 1, "\0\0\0\u0005");
            assertThat(silent.answer(1).body()).isEqualTo("hello");
        }
    }

    @Test
    void cutsAClientThatTakesAnAnswerByteByByte() throws IOException {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(200_000);
        try (TestRouter router =
                        setup().service(answer).with("SEND_TIMEOUT", "1s").start();
                RawHttp2Client slow = router.connectHttp2()) {
            slow.frame(SETTINGS, 0, 0, "\0\u0004\0\0\0\0");
            slow.frame(HEADERS, WHOLE, 1, head(router, "GET", "/echo/mcp"));
            slow.await(HEADERS);
            slow.frame(WINDOW_UPDATE, 0, 1, "\0\0\0\u0001");

            int taken = 0;
            for (var frame = slow.read().orElseThrow();
                    frame.type() != RST_STREAM;
                    frame = slow.read().orElseThrow()) {
                assertThat(taken++).isLessThan(100);
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos()); // well within the time for a single piece
                slow.frame(WINDOW_UPDATE, 0, 1, "\0\0\0\u0001");
            }
            Eventually.holds(() -> router.service().openConnections() == 0);
        }
    }

    @Test
    void blamesNobodyForRequestsThatTheirClientGaveUp() throws IOException {
        try (TestRouter router = TestRouter.setup()
                        .verify(peer -> answerOrHang(peer, TestRouter.ALLOWED, "/verify-hangs"))
                        .service(peer -> answerOrHang(peer, TestRouter.HELLO, "/service-hangs"))
                        .start();
                RawHttp2Client fickle = router.connectHttp2()) {
            int stream = 1;
            for (String path : List.of("/echo/mcp/verify-hangs", "/echo/mcp/service-hangs")) {
                for (int i = 0; i < 10; i++, stream += 2) {
                    int asked = router.questions().size()
                            + router.service().requests().size();
                    int now = asked + (path.endsWith("verify-hangs") ? 1 : 2);
                    fickle.frame(HEADERS, WHOLE, stream, head(router, "GET", path));
                    Eventually.holds(() -> router.questions().size()
                                    + router.service().requests().size()
                            == now);
                    fickle.frame(RST_STREAM, 0, stream, "\0\0\0\u0008");
                }
            }
            Eventually.holds(() -> router.service().openConnections() == 0);

            assertServed(router, "/echo/mcp");
        }
    }

    private static void answerOrHang(ScriptedUpstream.Peer peer, String answer, String hanging) throws IOException {
        while (!peer.asksFor(TestRouter.REVOCATIONS)) {
            Optional<String> request = peer.readRequest();
            if (request.isEmpty() || request.get().contains(hanging)) {
                peer.readToEnd();
                return;
            }
            peer.send(answer);
        }
    }

    @Test
    void refusesRequestsOfAClientThatHasTooMany() throws IOException {
        CountDownLatch goOn = new CountDownLatch(1);
        try (TestRouter router = TestRouter.setup()
                        .with("MAX_CONNECTIONS_PER_CLIENT", "3")
                        .service(peer -> {
                            while (peer.readRequest().isPresent()) {
                                goOn.await();
                                peer.send(TestRouter.HELLO);
                            }
                        })
                        .start();
                RawHttp2Client greedy = router.connectHttp2();
                RawClient other = router.connectFrom("127.0.0.2")) {
            for (int stream = 1; stream <= 5; stream += 2) {
                greedy.frame(HEADERS, WHOLE, stream, head(router, "GET", "/echo/mcp"));
            }
            Eventually.holds(() -> router.service().requests().size() == 3);
            greedy.frame(HEADERS, WHOLE, 7, head(router, "GET", "/token"));

            assertThat(greedy.answer(7).status()).isEqualTo(503);
            assertThat(other.send(router.get("/token")).read().status()).isEqualTo(200);

            goOn.countDown();
            assertThat(greedy.answer(1).status()).isEqualTo(200);
            // A place is given back a moment after its answer.
            AtomicInteger stream = new AtomicInteger(9);
            Eventually.holds(() -> askOn(greedy, stream.getAndAdd(2), head(router, "GET", "/token")) == 200);
        }
    }

    private static int askOn(RawHttp2Client client, int stream, String head) {
        try {
            client.frame(HEADERS, WHOLE, stream, head);
            return client.answer(stream).status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
