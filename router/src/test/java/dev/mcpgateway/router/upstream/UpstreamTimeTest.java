package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.upstream.UpstreamException.CannotConnect;
import dev.mcpgateway.router.upstream.UpstreamException.ConnectionLost;
import dev.mcpgateway.router.upstream.UpstreamException.TimedOut;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing that an upstream does, or does not do, holds a request longer than it may. */
@Timeout(30)
final class UpstreamTimeTest {
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final UpstreamClient client = new UpstreamClient(UpstreamLimits.DEFAULTS);

    @AfterEach
    void closeClient() {
        client.close();
    }

    @Test
    void givesUpOnAnUpstreamThatDoesNotAnswer() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(ScriptedUpstream.Peer::readToEnd)) {
            UpstreamTimeouts timeouts = new UpstreamTimeouts(LONG, SHORT, LONG, LONG);

            assertThatThrownBy(() -> exchange(upstream, timeouts, Requests.post("{}")))
                    .isInstanceOf(TimedOut.class)
                    .hasMessage("upstream " + upstream.endpoint() + ": does not answer");
            assertThat(upstream.connections()).isEqualTo(1);
        }
    }

    /** A wait of some seconds has no timer of its own. */
    @Test
    void givesUpOnAnUpstreamThatDoesNotAnswerForSeconds() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(ScriptedUpstream.Peer::readToEnd)) {
            UpstreamTimeouts timeouts = new UpstreamTimeouts(LONG, Duration.ofMillis(2_100), LONG, LONG);
            long start = System.nanoTime();

            assertThatThrownBy(() -> exchange(upstream, timeouts, Requests.get("/")))
                    .isInstanceOf(TimedOut.class)
                    .hasMessage("upstream " + upstream.endpoint() + ": does not answer");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(2_100), LONG.dividedBy(2));
        }
    }

    @Test
    void givesUpOnAHeadThatDripsIn() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nX: ");
            peer.drip();
        })) {
            UpstreamTimeouts timeouts = new UpstreamTimeouts(LONG, SHORT, LONG, LONG);

            assertThatThrownBy(() -> exchange(upstream, timeouts, Requests.get("/")))
                    .isInstanceOf(TimedOut.class);
        }
    }

    @Test
    void givesUpOnABodyThatFallsSilent() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
            peer.readToEnd();
        })) {
            UpstreamTimeouts timeouts = new UpstreamTimeouts(LONG, LONG, SHORT, LONG);

            assertThatThrownBy(() -> exchange(upstream, timeouts, Requests.get("/")))
                    .isInstanceOf(TimedOut.class)
                    .hasMessageContaining("fell silent");
        }
    }

    @Test
    void givesUpOnAnAnswerThatDripsInForTooLong() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\n\r\n");
            peer.drip();
        })) {
            UpstreamTimeouts timeouts = new UpstreamTimeouts(LONG, LONG, LONG, SHORT.multipliedBy(2));

            assertThatThrownBy(() -> exchange(upstream, timeouts, Requests.get("/")))
                    .isInstanceOf(TimedOut.class);
        }
    }

    @Test
    void waitsForTheNextEventAsLongAsItTakes() throws IOException {
        CountDownLatch next = new CountDownLatch(1);
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\n\r\nA");
            next.await(SHORT.toMillis() * 3, TimeUnit.MILLISECONDS);
            peer.send("B");
        })) {
            UpstreamTimeouts timeouts = new UpstreamTimeouts(LONG, LONG, SHORT, Duration.ZERO);
            try (UpstreamResponse response =
                    client.send(upstream.endpoint(), Requests.within(timeouts, Requests.get("/")))) {
                response.allowIdle(Duration.ZERO);

                assertThat(response.body().readAllBytes()).asString().isEqualTo("AB");
            }
        }
    }

    @Test
    void givesUpOnAnUpstreamThatDoesNotReadTheRequest() throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(_ -> done.await())) {
            UpstreamTimeouts timeouts = new UpstreamTimeouts(LONG, SHORT, LONG, Duration.ZERO);
            RequestBody body = new RequestBody.Streamed(new InputStream() {
                @Override
                public int read() {
                    return 'x';
                }
            });

            assertThatThrownBy(() -> exchange(upstream, timeouts, Requests.of("POST", "/", body)))
                    .isInstanceOf(TimedOut.class)
                    .hasMessageContaining("does not read");
            done.countDown();
        }
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        Endpoint closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = Endpoint.of("127.0.0.1", socket.getLocalPort());
        }

        assertThatThrownBy(() -> client.send(closed, Requests.get("/")))
                .isInstanceOf(CannotConnect.class)
                .hasMessage("upstream " + closed + ": cannot connect: Connection refused");
    }

    @Test
    void aReaderIsFreedWhenItsAnswerIsCancelled() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            peer.readToEnd();
        })) {
            UpstreamTimeouts timeouts = new UpstreamTimeouts(LONG, LONG, Duration.ZERO, Duration.ZERO);
            UpstreamResponse response = client.send(upstream.endpoint(), Requests.within(timeouts, Requests.get("/")));
            CompletableFuture<Integer> reader = new CompletableFuture<>();
            Thread thread = Thread.startVirtualThread(() -> {
                try (response) {
                    reader.complete(response.body().read());
                } catch (IOException e) {
                    reader.completeExceptionally(e);
                }
            });
            Eventually.holds(
                    () -> thread.getState() == Thread.State.TIMED_WAITING || thread.getState() == Thread.State.WAITING);

            response.cancel();

            assertThatThrownBy(() -> reader.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(ConnectionLost.class);
            Eventually.holds(() -> upstream.openConnections() == 0);
        }
    }

    @Test
    void aSenderIsFreedWhenItIsInterrupted() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readRequest();
            peer.readToEnd();
        })) {
            CompletableFuture<Integer> sender = new CompletableFuture<>();
            Thread thread = Thread.startVirtualThread(() -> {
                try (UpstreamResponse response = client.send(upstream.endpoint(), Requests.get("/"))) {
                    sender.complete(response.status());
                } catch (IOException e) {
                    sender.completeExceptionally(e);
                }
            });
            Eventually.holds(() -> upstream.requests().size() == 1);

            thread.interrupt();

            assertThatThrownBy(() -> sender.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(ConnectionLost.class);
            Eventually.holds(() -> upstream.openConnections() == 0);
        }
    }

    @Test
    void closingTheClientEndsWhatIsUnderWay() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
                UpstreamResponse response = client.send(upstream.endpoint(), Requests.get("/"))) {
            client.close();

            assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(ConnectionLost.class);
            Eventually.holds(() -> upstream.openConnections() == 0);
        }
    }

    private void exchange(ScriptedUpstream upstream, UpstreamTimeouts timeouts, UpstreamRequest request)
            throws IOException {
        try (UpstreamResponse response = client.send(upstream.endpoint(), Requests.within(timeouts, request))) {
            response.body().readAllBytes();
        }
    }
}
