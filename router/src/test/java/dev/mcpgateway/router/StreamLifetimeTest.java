package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.ScriptedUpstream.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An event stream ends when what it rests on does. */
@Execution(ExecutionMode.CONCURRENT) // its cases wait, each for something else
class StreamLifetimeTest {
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String BROKEN = "HTTP/1.1 500 Broken\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    /** A day in 2096. */
    private static final String LATER = "4000000000";

    /** What the verify service sends on its stream of revocations. */
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    /** What verify answers, one after the other; the last of them for ever. */
    private final Queue<String> verdicts = new ConcurrentLinkedQueue<>();

    private final CountDownLatch left = new CountDownLatch(1);

    private final Script revocations = peer -> {
        peer.readRequest();
        peer.send(STREAM);
        heard.add("heartbeat");
        while (true) {
            String event = "event: " + heard.take() + "\ndata:\n\n";
            peer.send(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
        }
    };

    private final Script verify = peer -> {
        while (!peer.asksFor(TestRouter.REVOCATIONS) && peer.readRequest().isPresent()) {
            peer.send(verdicts.size() > 1 ? verdicts.remove() : verdicts.element());
        }
    };

    /** Sends the head of a stream, one event, and then nothing until the router leaves. */
    private final Script service = peer -> {
        peer.readRequest();
        peer.send(STREAM + chunk("data: 1\n\n"));
        peer.readToEnd();
        left.countDown();
    };

    private TestRouter.Setup setup(String... answers) {
        verdicts.addAll(List.of(answers));
        return TestRouter.setup().service(service).verify(verify).revocations(revocations);
    }

    private static String allowed(String expires, String subjects) {
        return TestRouter.answer(
                "204 No Content", "X-User-Id: 42", "Gateway-Expires: " + expires, "Gateway-Subjects: " + subjects);
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private void revoke(String handle) {
        heard.add("revoked\ndata: " + handle + "\n\nevent: heartbeat");
    }

    /** A client that has got the head and the first event of its stream. */
    private static RawClient openStream(TestRouter router) throws IOException {
        RawClient client = router.connect();
        assertThat(client.send(router.get("/echo/mcp")).readHead().status()).isEqualTo(200);
        assertThat(client.readChunk()).isEqualTo("data: 1\n\n");
        return client;
    }

    private static void listening(TestRouter router) {
        Eventually.holds(() -> router.router().hearsRevocations());
    }

    @ParameterizedTest
    @ValueSource(strings = {"token", "grant", "user", "client"})
    void endsWithinASecondOfARevocation(String subject) throws Exception {
        try (TestRouter router =
                setup(allowed(LATER, "token grant user client")).start()) {
            listening(router);
            try (RawClient client = openStream(router)) {
                long start = System.nanoTime();
                revoke(subject);

                assertThat(client.readChunk()).isEmpty();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
                assertThat(left.await(5, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n", "Content-Length: 100000\r\n\r\nx"})
    void breaksOffAlsoWhenItIsNoEventStream(String endless) throws Exception {
        try (TestRouter router = setup(allowed(LATER, "token"))
                .service(peer -> {
                    peer.readRequest();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n" + endless);
                    peer.readToEnd();
                    left.countDown();
                })
                .start()) {
            listening(router);
            try (RawClient client = router.connect()) {
                client.send(router.get("/echo/mcp")).readHead();

                revoke("token");

                assertThat(client.readToEnd()).doesNotContain("0\r\n\r\n");
                assertThat(left.await(5, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void goesOnWhenSomethingElseIsRevoked() throws IOException {
        try (TestRouter router =
                setup(allowed(LATER, "token grant"), allowed(LATER, "other")).start()) {
            listening(router);
            try (RawClient lasting = openStream(router);
                    RawClient ending = openStream(router)) {
                revoke("other");
                assertThat(ending.readChunk()).isEmpty();

                revoke("grant");
                assertThat(lasting.readChunk()).isEmpty();
            }
        }
    }

    @Test
    void endsAtItsExpiry() throws IOException {
        Instant expiry = Instant.now().plusSeconds(2);
        try (TestRouter router = setup(allowed(Long.toString(expiry.getEpochSecond()), "token"))
                        .start();
                RawClient client = openStream(router)) {
            assertThat(client.readChunk()).isEmpty();
            assertThat(Instant.now()).isBetween(expiry.minusSeconds(1), expiry.plusSeconds(2));
        }
    }

    @Test
    void breaksOffWhenItAnswersAPost() throws IOException {
        try (TestRouter router = setup(allowed(LATER, "token")).start()) {
            listening(router);
            try (RawClient client = router.connect()) {
                client.send(router.post("/echo/mcp", "{}")).readHead();
                revoke("token");

                assertThat(client.readToEnd()).doesNotEndWith("0\r\n\r\n");
            }
        }
    }

    @Test
    void endsAtOnceWhenWhatItRestsOnWasRevokedBeforeItsHeadCame() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch revoked = new CountDownLatch(1);
        TestRouter.Setup slow = setup(allowed(LATER, "token"), allowed(LATER, "other"))
                .with("VERIFY_TIMEOUT", "100ms")
                .service(peer -> {
                    peer.readRequest();
                    asked.countDown();
                    revoked.await();
                    peer.send(STREAM);
                    peer.readToEnd();
                    left.countDown();
                });
        try (TestRouter router = slow.start()) {
            listening(router);
            try (RawClient client = router.connect();
                    RawClient probe = router.connect()) {
                client.send(router.get("/echo/mcp"));
                asked.await();
                revoke("token");
                revoke("other");
                probe.send(router.get("/echo/mcp")); // denied as soon as both were heard
                Eventually.holds(() -> heard.isEmpty());
                revoked.countDown();

                assertThat(client.readHead().status()).isEqualTo(200);
                assertThat(client.readChunk()).isEmpty();
            }
        }
    }

    @Test
    void refusesAnAnswerThatRestsOnWhatWasJustRevoked() throws IOException {
        try (TestRouter router = setup(allowed(LATER, "token")).start()) {
            listening(router);
            revoke("token");

            Eventually.holds(() -> status(router) == 503);
            int before = router.service().requests().size();
            assertThat(status(router)).isEqualTo(503);
            assertThat(router.service().requests()).hasSize(before);
        }
    }

    @Test
    void isVerifiedAgainAfterAFlush() throws IOException {
        try (TestRouter router =
                setup(allowed(LATER, "token"), TestRouter.DENIED).start()) {
            listening(router);
            try (RawClient client = openStream(router)) {
                heard.add("flush");

                assertThat(client.readChunk()).isEmpty();
            }
        }
    }

    @Test
    void goesOnAfterAFlushThatDoesNotConcernIt() throws IOException {
        try (TestRouter router = setup(allowed(LATER, "token")).start()) {
            listening(router);
            try (RawClient client = openStream(router)) {
                heard.add("flush");
                Eventually.holds(() -> router.questions().size() == 2);

                revoke("token");
                assertThat(client.readChunk()).isEmpty();
            }
        }
    }

    @Test
    void isVerifiedAgainNowAndThenWhileNothingIsHeard() throws IOException {
        try (TestRouter router = setup(allowed(LATER, "token"), allowed(LATER, "token"), TestRouter.DENIED)
                        .revocations(TestRouter.answeringOnce(BROKEN))
                        .with("STREAM_VERIFY_INTERVAL", "200ms")
                        .start();
                RawClient client = openStream(router)) {
            assertThat(client.readChunk()).isEmpty();
            assertThat(router.questions()).hasSize(3);
        }
    }

    @Test
    void isNotVerifiedAgainWhileRevocationsAreHeard() throws IOException {
        try (TestRouter router = setup(allowed(LATER, "token"), TestRouter.DENIED)
                .with("STREAM_VERIFY_INTERVAL", "100ms")
                .with("STREAM_KEEP_ALIVE", "1s")
                .start()) {
            listening(router);
            try (RawClient client = openStream(router)) {
                assertThat(client.readChunk()).isEqualTo(":\n\n");
                assertThat(router.questions()).hasSize(1);
            }
        }
    }

    @Test
    void isVerifiedAgainWhenRevocationsAreHeardAgain() throws IOException {
        CountDownLatch opened = new CountDownLatch(1);
        Script lostOnce = peer -> {
            if (peer.number() == 1) {
                peer.readRequest();
                peer.send(STREAM);
                opened.await();
            } else {
                revocations.play(peer);
            }
        };
        try (TestRouter router = setup(allowed(LATER, "token"), TestRouter.DENIED)
                .revocations(lostOnce)
                .start()) {
            listening(router);
            try (RawClient client = openStream(router)) {
                opened.countDown();

                assertThat(client.readChunk()).isEmpty();
            }
        }
    }

    @Test
    void goesOnWhileVerifyCannotSayButNotForEver() throws IOException {
        try (TestRouter router = setup(allowed(LATER, "token"), BROKEN)
                        .revocations(TestRouter.answeringOnce(BROKEN))
                        .with("STREAM_VERIFY_INTERVAL", "100ms")
                        .with("STREAM_VERIFY_GRACE", "2s")
                        .start();
                RawClient client = openStream(router)) {
            long start = System.nanoTime();
            assertThat(client.readChunk()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void knowsThatItHearsNothingAfterFiveSecondsOfSilence() throws IOException {
        try (TestRouter router = setup(allowed(LATER, "token"))
                .revocations(peer -> {
                    peer.readRequest();
                    peer.send(STREAM + chunk("event: heartbeat\ndata:\n\n"));
                    peer.readToEnd();
                })
                .start()) {
            listening(router);
            Eventually.holds(() -> !router.router().hearsRevocations());
        }
    }

    @Test
    void carriesACommentWhileNothingElseComes() throws IOException {
        try (TestRouter router = setup(allowed(LATER, "token"))
                        .with("STREAM_KEEP_ALIVE", "100ms")
                        .start();
                RawClient client = openStream(router)) {
            assertThat(client.readChunk()).isEqualTo(":\n\n");
            assertThat(client.readChunk()).isEqualTo(":\n\n");
        }
    }

    @Test
    void carriesNoCommentInTheMiddleOfAnEvent() throws IOException {
        CountDownLatch rest = new CountDownLatch(1);
        try (TestRouter router = setup(allowed(LATER, "token"))
                        .with("STREAM_KEEP_ALIVE", "50ms")
                        .service(peer -> {
                            peer.readRequest();
                            peer.send(STREAM + chunk("data: 1\n\ndata: a\r\n"));
                            rest.await();
                            peer.send(chunk("data: b\r\n\r\n"));
                            peer.readToEnd();
                        })
                        .start();
                RawClient client = router.connect();
                RawClient other = router.connect()) {
            client.send(router.get("/echo/mcp")).readHead();
            assertThat(client.readChunk()).isEqualTo("data: 1\n\ndata: a\r\n");
            other.send(router.get("/echo/mcp")).readHead();
            rest.countDown();

            assertThat(client.readChunk()).isEqualTo("data: b\r\n\r\n");
            assertThat(client.readChunk()).isEqualTo(":\n\n");
        }
    }

    private static int status(TestRouter router) {
        try (RawClient client = router.connect()) {
            return client.send(router.get("/echo/mcp")).readHead().status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void takesNothingButAStreamOfEventsForTheOneOfRevocations() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        Script page = peer -> {
            peer.readRequest();
            peer.send(TestRouter.answer("200 OK", "Content-Type: text/html", "Transfer-Encoding: chunked"));
            peer.readToEnd();
            closed.countDown();
        };
        try (TestRouter router =
                setup(allowed(LATER, "token")).revocations(page).start()) {
            assertThat(closed.await(3, TimeUnit.SECONDS)).isTrue();
            assertThat(router.router().hearsRevocations()).isFalse();
        }
    }

    @Test
    void opensAStreamOfRevocationsThatNeverLastsLessAndLessOften() throws Exception {
        CountDownLatch fifth = new CountDownLatch(5);
        Script breaking = peer -> {
            peer.readRequest();
            fifth.countDown();
            peer.send(STREAM);
        };
        long start = System.nanoTime();
        try (TestRouter _ = setup(allowed(LATER, "token")).revocations(breaking).start()) {
            assertThat(fifth.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_400));
        }
    }
}
