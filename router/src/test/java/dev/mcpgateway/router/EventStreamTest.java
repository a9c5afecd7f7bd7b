package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.ScriptedUpstream.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final Semaphore next = new Semaphore(0);

    /** Sends the head at once, and an event for each permit. */
    private final Script events = peer -> {
        peer.readRequest();
        peer.send(STREAM);
        for (int i = 1; ; i++) {
            next.acquire();
            String event = "data: " + i + "\n\n";
            peer.send(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
        }
    };

    /** Sends the head and then nothing, until the router leaves. */
    private static Script silence(CountDownLatch left) {
        return peer -> {
            peer.readRequest();
            peer.send(STREAM);
            peer.readToEnd();
            left.countDown();
        };
    }

    @Test
    void passesTheHeadAndEachEventAtOnce() throws IOException {
        try (TestRouter router = TestRouter.setup().service(events).start();
                RawClient client = router.connect()) {
            client.send(router.get("/echo/mcp", "Accept: text/event-stream"));

            RawClient.Answer head = client.readHead();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
            for (int i = 1; i <= 3; i++) {
                next.release();
                assertThat(client.readChunk()).isEqualTo("data: " + i + "\n\n");
            }
        }
    }

    /** What is held while nothing comes is small, and grows with what comes. */
    @Test
    void passesLargeEventsUnchangedBetweenSilences() throws IOException {
        List<String> sent = List.of(
                "data: small\n\n",
                "data: " + "middle".repeat(150) + "\n\n",
                "data: " + "large".repeat(20_000) + "\n\n",
                "data: small again\n\n");
        Script script = peer -> {
            peer.readRequest();
            peer.send(STREAM);
            for (String event : sent) {
                next.acquire();
                peer.send(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
            }
        };
        try (TestRouter router = TestRouter.setup().service(script).start();
                RawClient client = router.connect()) {
            client.send(router.get("/echo/mcp")).readHead();

            for (String event : sent) {
                next.release();
                StringBuilder received = new StringBuilder();
                while (received.length() < event.length()) {
                    received.append(client.readChunk());
                }
                assertThat(received).hasToString(event);
            }
        }
    }

    @Test
    void passesAStreamThatEndsWithTheConnection() throws IOException {
        Script untilClose = peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
        };
        try (TestRouter router = TestRouter.setup().service(untilClose).start();
                RawClient client = router.connect()) {
            assertThat(client.send(router.get("/echo/mcp")).read().body()).isEqualTo("data: 1\n\n");
            assertThat(client.send(router.get("/token")).read().body()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void freesTheUpstreamWhenTheClientLeavesASilentStream(String method) throws IOException, InterruptedException {
        CountDownLatch left = new CountDownLatch(1);
        try (TestRouter router = TestRouter.setup().service(silence(left)).start()) {
            try (RawClient client = router.connect()) {
                client.send(router.request(method, "/echo/mcp", "{}", "Content-Length: 2"));
                client.readHead();
            }

            assertThat(left.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void freesAnUpstreamThatHasNotAnsweredYetWhenTheClientLeaves() throws IOException, InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        Script thinking = peer -> {
            peer.readRequest();
            asked.countDown();
            peer.readToEnd();
            left.countDown();
        };
        try (TestRouter router = TestRouter.setup().service(thinking).start()) {
            try (RawClient client = router.connect()) {
                client.send(router.post("/echo/mcp", "{}"));
                asked.await();
            }

            assertThat(left.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void keepsWhatTheClientSendsDuringAStreamForTheNextRequest() throws IOException {
        try (TestRouter router = TestRouter.setup()
                        .service(peer -> {
                            String request = peer.readRequest().orElse("");
                            if (request.startsWith("GET /up/stream ")) {
                                peer.send(STREAM);
                                next.acquire();
                                peer.send("0\r\n\r\n");
                                request = peer.readRequest().orElse("");
                            }
                            peer.send(request.endsWith("\r\n\r\nbody") ? TestRouter.HELLO : "garbage");
                        })
                        .start();
                RawClient client = router.connect()) {
            client.send(router.get("/echo/mcp/stream")).readHead();
            String request = router.post("/echo/mcp/next", "body");
            for (int i = 0; i < request.length(); i += 7) {
                client.send(request.substring(i, Math.min(i + 7, request.length())));
            }

            next.release();

            assertThat(client.readChunk()).isEmpty();
            assertThat(client.read().body()).isEqualTo("hello");
        }
    }

    @Test
    void exemptsStreamsFromIdleTimeouts() throws IOException {
        try (TestRouter router = TestRouter.setup()
                        .service(events)
                        .with("UPSTREAM_IDLE_TIMEOUT", "200ms")
                        .with("IDLE_TIMEOUT", "1s")
                        .start();
                RawClient client = router.connect()) {
            client.send(router.get("/echo/mcp")).readHead();

            Eventually.holds(after(Duration.ofSeconds(3)));
            next.release();

            assertThat(client.readChunk()).isEqualTo("data: 1\n\n");
        }
    }

    @Test
    void breaksOffVisiblyWhenTheUpstreamDoes() throws IOException {
        Script broken = peer -> {
            peer.readRequest();
            peer.send(STREAM + "8\r\ndata: 1\n");
        };
        try (TestRouter router = TestRouter.setup().service(broken).start();
                RawClient client = router.connect()) {
            client.send(router.get("/echo/mcp")).readHead();

            assertThat(client.readToEnd()).doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void endsStreamsCleanlyWhenTheRouterStops() throws IOException {
        TestRouter router = TestRouter.setup().service(events).start();
        try (RawClient client = router.connect()) {
            client.send(router.get("/echo/mcp")).readHead();

            long start = System.nanoTime();
            router.router().close();

            assertThat(client.readChunk()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        } finally {
            router.close();
        }
    }

    @Test
    void letsRequestsInFlightFinishWhenTheRouterStops() throws IOException, InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        TestRouter router = TestRouter.setup()
                .service(peer -> {
                    peer.readRequest();
                    asked.countDown();
                    next.acquire();
                    peer.send(TestRouter.HELLO);
                })
                .start();
        try (RawClient client = router.connect();
                RawClient idle = router.connect()) {
            idle.send(router.get("/token")).read();
            client.send(router.post("/echo/mcp", "{}"));
            asked.await();

            Thread stopping = Thread.ofVirtual().start(() -> router.router().close());
            assertThat(idle.readToEnd()).isEmpty();
            next.release();

            RawClient.Answer answer = client.read();
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(stopping.join(Duration.ofSeconds(4))).isTrue();
        } finally {
            router.close();
        }
    }

    private static BooleanSupplier after(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        return () -> System.nanoTime() > end;
    }
}
