package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.upstream.UpstreamException.Busy;
import dev.mcpgateway.router.upstream.UpstreamException.ConnectionLost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectionReuseTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final UpstreamTimeouts SHORT_WAIT = new UpstreamTimeouts(
            Duration.ofMillis(100), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(20));

    private UpstreamClient client = new UpstreamClient(UpstreamLimits.DEFAULTS);

    @AfterEach
    void closeClient() {
        client.close();
    }

    @Test
    void keepsAConnectionWhoseAnswerWasReadToItsEnd() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(HELLO)) {
            for (int i = 0; i < 10; i++) {
                exchange(upstream, Requests.post("{}"));
            }

            assertThat(upstream.requests()).hasSize(10);
            assertThat(upstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void closesAConnectionWhoseAnswerWasNotReadToItsEnd() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(HELLO)) {
            try (UpstreamResponse response = client.send(upstream.endpoint(), Requests.get("/"))) {
                assertThat(response.body().read()).isEqualTo('h');
            }

            Eventually.holds(() -> upstream.openConnections() == 0);
            exchange(upstream, Requests.get("/"));
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: x, CLOSE\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nX",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nKeep-Alive: timeout=1\r\n\r\nhello",
                "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            })
    void doesNotKeepAConnectionThatMayCarryMoreOrEnd(String answer) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer)) {
            try (UpstreamResponse response = client.send(upstream.endpoint(), Requests.get("/"))) {
                response.body().readAllBytes();
            }

            Eventually.holds(() -> upstream.openConnections() == 0);
        }
    }

    @Test
    void doesNotUseAConnectionOnWhichSomethingCameUnasked() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch poisoned = new CountDownLatch(1);
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readRequest();
            peer.send(HELLO);
            if (peer.number() == 1) {
                answered.await();
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
                poisoned.countDown();
            }
            peer.readRequest();
        })) {
            exchange(upstream, Requests.get("/"));
            answered.countDown();
            poisoned.await();

            for (int i = 0; i < 3; i++) {
                exchange(upstream, Requests.get("/"));
            }
        }
    }

    @Test
    void takesTheConnectionThatWasUsedLast() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            while (peer.readRequest().isPresent()) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + peer.number());
            }
        })) {
            UpstreamResponse first = client.send(upstream.endpoint(), Requests.get("/"));
            UpstreamResponse second = client.send(upstream.endpoint(), Requests.get("/"));
            assertThat(second.readUpTo(9)).asString().isEqualTo("2");
            second.close();
            assertThat(first.readUpTo(9)).asString().isEqualTo("1");
            first.close();

            try (UpstreamResponse next = client.send(upstream.endpoint(), Requests.get("/"))) {
                assertThat(next.readUpTo(9)).asString().isEqualTo("1");
            }
        }
    }

    @Test
    void closesUnusedConnectionsAfterAWhile() throws Exception {
        client.close();
        client = new UpstreamClient(new UpstreamLimits(4, Duration.ofMillis(50), 1024, 8, 128));
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(HELLO)) {
            exchange(upstream, Requests.get("/"));

            Eventually.holds(() -> upstream.openConnections() == 0);
        }
    }

    @Test
    void takesABodyThatIsSentToHeadForNoAnswer() throws IOException {
        String smuggled = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            if (peer.readRequest().orElse("").startsWith("HEAD")) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + smuggled.length() + "\r\n\r\n");
                peer.readRequest(); // the body comes late, when the connection looks quiet
                peer.send(smuggled);
            } else {
                peer.send(HELLO);
            }
        })) {
            exchange(upstream, Requests.of("HEAD", "/", RequestBody.NONE));

            assertThat(exchange(upstream, Requests.of("GET", "/", RequestBody.NONE)))
                    .isEqualTo("hello");
        }
    }

    @Test
    void noticesThatAKeptConnectionWasClosed() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.answeringOnce(HELLO)) {
            exchange(upstream, Requests.post("1"));
            Eventually.holds(() -> upstream.openConnections() == 0);

            exchange(upstream, Requests.post("2"));

            assertThat(upstream.requests()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void repeatsASafeRequestWhenAKeptConnectionEndsUnderIt(String method) throws IOException {
        String answer = method.equals("HEAD") ? "HTTP/1.1 200 OK\r\n\r\n" : HELLO;
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readRequest();
            peer.send(answer);
            if (peer.readRequest().isPresent() && peer.number() == 1) {
                return; // closes in the face of the second request
            }
            peer.send(answer);
        })) {
            UpstreamRequest request = Requests.of(method, "/", RequestBody.NONE);
            exchange(upstream, request);

            exchange(upstream, request);

            assertThat(upstream.requests()).hasSize(3);
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void neverSendsAnUnsafeRequestTwice(String method) throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readRequest();
            peer.send(HELLO);
            peer.readRequest();
        })) {
            UpstreamRequest request = Requests.of(method, "/", RequestBody.NONE);
            exchange(upstream, request);

            assertThatThrownBy(() -> exchange(upstream, request)).isInstanceOf(ConnectionLost.class);

            assertThat(upstream.requests()).hasSize(2);
            assertThat(upstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void doesNotRepeatASafeRequestWithABody() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readRequest();
            peer.send(HELLO);
            peer.readRequest();
        })) {
            UpstreamRequest request = Requests.of("GET", "/", new RequestBody.Bytes(new byte[] {'x'}));
            exchange(upstream, request);

            assertThatThrownBy(() -> exchange(upstream, request)).isInstanceOf(ConnectionLost.class);

            assertThat(upstream.requests()).hasSize(2);
        }
    }

    @Test
    void doesNotRepeatOnceTheAnswerHasBegun() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readRequest();
            peer.send(HELLO);
            peer.readRequest();
            peer.send("H");
        })) {
            exchange(upstream, Requests.get("/"));

            assertThatThrownBy(() -> exchange(upstream, Requests.get("/"))).isInstanceOf(ConnectionLost.class);

            assertThat(upstream.requests()).hasSize(2);
        }
    }

    @Test
    void doesNotRepeatOnANewConnection() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(ScriptedUpstream.Peer::readRequest)) {
            assertThatThrownBy(() -> exchange(upstream, Requests.get("/"))).isInstanceOf(ConnectionLost.class);

            assertThat(upstream.requests()).hasSize(1);
        }
    }

    @Test
    void boundsTheConnectionsToAnEndpoint() throws Exception {
        client.close();
        client = new UpstreamClient(new UpstreamLimits(2, Duration.ofSeconds(4), 1024, 8, 128));
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(HELLO)) {
            UpstreamResponse first = client.send(upstream.endpoint(), Requests.get("/1"));
            UpstreamResponse second = client.send(upstream.endpoint(), Requests.get("/2"));

            assertThatThrownBy(() -> exchange(upstream, Requests.within(SHORT_WAIT, Requests.get("/3"))))
                    .isInstanceOf(Busy.class)
                    .hasMessageContaining("all 2 connections are in use");

            first.cancel();
            exchange(upstream, Requests.within(SHORT_WAIT, Requests.get("/4")));
            second.close();
            second.cancel();
            second.close();
            UpstreamResponse third = client.send(upstream.endpoint(), Requests.get("/5"));
            UpstreamResponse fourth = client.send(upstream.endpoint(), Requests.get("/6"));
            assertThatThrownBy(() -> exchange(upstream, Requests.within(SHORT_WAIT, Requests.get("/7"))))
                    .isInstanceOf(Busy.class);
            third.close();
            fourth.close();
        }
    }

    @Test
    void losesNoPlaceToBadAnswers() throws Exception {
        client.close();
        client = new UpstreamClient(new UpstreamLimits(1, Duration.ofSeconds(4), 1024, 8, 128));
        try (ScriptedUpstream upstream = ScriptedUpstream.answeringOnce("garbage\r\n\r\n")) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> exchange(upstream, Requests.within(SHORT_WAIT, Requests.get("/"))))
                        .isInstanceOf(UpstreamException.BadResponse.class);
            }
        }
    }

    @Test
    void losesNoPlaceToFailedConnects() throws Exception {
        client.close();
        client = new UpstreamClient(new UpstreamLimits(1, Duration.ofSeconds(4), 1024, 8, 128));
        try (Socket taken = new Socket()) {
            // Bound, so that nobody else gets the port, and not listening, so that it refuses.
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Endpoint closed = Endpoint.of("127.0.0.1", taken.getLocalPort());
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> client.send(closed, Requests.within(SHORT_WAIT, Requests.get("/"))))
                        .isInstanceOf(UpstreamException.CannotConnect.class);
            }
        }
    }

    @Test
    void neverCrossesAnswersOfConcurrentRequests() throws Exception {
        client.close();
        client = new UpstreamClient(new UpstreamLimits(8, Duration.ofSeconds(4), 4096, 8, 128));
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
                    for (var request = peer.readRequest(); request.isPresent(); request = peer.readRequest()) {
                        String target = request.get().split(" ", 3)[1];
                        peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + target.length() + "\r\n\r\n" + target);
                    }
                });
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                String target = "/" + i;
                answers.add(callers.submit(() -> exchange(upstream, Requests.get(target))));
            }

            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo("/" + i);
            }
            assertThat(upstream.connections()).isLessThanOrEqualTo(8);
        }
    }

    private String exchange(ScriptedUpstream upstream, UpstreamRequest request) throws IOException {
        try (UpstreamResponse response = client.send(upstream.endpoint(), request)) {
            String body = new String(response.body().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(body).isNotEqualTo("poison");
            return body;
        }
    }
}
