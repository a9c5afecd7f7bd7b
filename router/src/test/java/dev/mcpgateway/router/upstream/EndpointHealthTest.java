package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.upstream.Balancing.Ejection;
import dev.mcpgateway.router.upstream.Balancing.Policy;
import dev.mcpgateway.router.upstream.EndpointStatus.State;
import dev.mcpgateway.router.upstream.UpstreamException.CannotConnect;
import dev.mcpgateway.router.upstream.UpstreamException.ConnectionLost;
import dev.mcpgateway.router.upstream.UpstreamException.TimedOut;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to requests while an endpoint is dead, ill, or on its way back. */
@Timeout(60)
final class EndpointHealthTest {
    private static final Duration OFTEN = Duration.ofMillis(40);
    /** As the settings have it. */
    private static final HealthCheck USUAL =
            new HealthCheck(new HealthCheck.Probe.Connect(), Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 1);

    private static final Duration LONG = Duration.ofHours(1);
    private static final Ejection AT_ONCE_FOR_LONG = new Ejection(1, LONG, LONG, Duration.ZERO);
    private static final Ejection NEVER = new Ejection(Integer.MAX_VALUE, LONG, LONG, Duration.ZERO);

    @Test
    void aDeadEndpointCostsNoRequest() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, NEVER));
            fleet.stop(2);

            assertThat(fleet.count(upstream, 20)).isEqualTo(Map.of(1, 20));
            assertThat(fleet.status(2).failures()).isEqualTo(10);
            assertThat(fleet.status(2).lastError()).contains("Connection refused");
        }
    }

    /** Two that are killed and started in turn: the one that is back is ejected still when the other one dies. */
    @Test
    void anEjectedEndpointIsTriedBeforeARequestIsGivenUp() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, AT_ONCE_FOR_LONG));
            fleet.stop(1);
            assertThat(fleet.count(upstream, 2)).isEqualTo(Map.of(2, 2));
            assertThat(fleet.status(1).state()).isEqualTo(State.EJECTED);
            fleet.start(1);
            fleet.stop(2);

            assertThat(fleet.ask(upstream)).isEqualTo(1);
        }
    }

    @Test
    void aHealthCheckThatPassesAgainEndsAnEjection() throws Exception {
        HealthCheck often = new HealthCheck(new HealthCheck.Probe.Connect(), OFTEN, Duration.ofSeconds(1), 1, 1);
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, often, AT_ONCE_FOR_LONG));
            fleet.stop(1);
            assertThat(fleet.count(upstream, 2)).isEqualTo(Map.of(2, 2));
            Eventually.holds(() -> fleet.status(1).state() == State.UNHEALTHY);

            fleet.start(1);

            Eventually.holds(() -> fleet.status(1).state() == State.HEALTHY);
        }
    }

    @Test
    void anUnreadBodyGoesToAnotherEndpointWhenNothingWasSent() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, NEVER));
            fleet.stop(2);

            for (int i = 0; i < 4; i++) {
                var stream = new ByteArrayInputStream("chunk".repeat(20_000).getBytes(StandardCharsets.ISO_8859_1));
                assertThat(fleet.ask(upstream, Requests.of("POST", "/", new RequestBody.Streamed(stream))))
                        .isEqualTo(1);
            }
            assertThat(fleet.servers.get(1).requests())
                    .hasSize(4)
                    .allSatisfy(request -> assertThat(request)
                            .hasSizeGreaterThan(100_000)
                            .contains("\r\n\r\n4000\r\nchunk")
                            .endsWith("chunk\r\n0\r\n\r\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void aRepeatableRequestWithoutAnAnswerGoesToAnotherEndpoint(String method) throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            fleet.start(2, peer -> {
                peer.readRequest();
                peer.reset();
            });
            fleet.name("fleet", 1, 2);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, NEVER));

            for (int i = 0; i < 4; i++) {
                try (UpstreamResponse response =
                        fleet.upstreams.send(upstream, Requests.of(method, "/", RequestBody.NONE))) {
                    assertThat(response.endpoint().authority()).startsWith("127.0.0.1:");
                }
            }
            assertThat(fleet.servers.get(2).requests()).hasSize(2);
        }
    }

    @Test
    void aPostThatReachedASocketIsNeverSentTwice() throws Exception {
        try (Fleet fleet = Fleet.of(0)) {
            ScriptedUpstream.Script reset = peer -> {
                peer.readRequest();
                peer.reset();
            };
            fleet.start(1, reset);
            fleet.start(2, reset);
            fleet.name("fleet", 1, 2);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, NEVER));

            for (int i = 1; i <= 10; i++) {
                assertThatThrownBy(() -> fleet.ask(upstream)).isInstanceOf(ConnectionLost.class);
                assertThat(fleet.servers.get(1).requests().size()
                                + fleet.servers.get(2).requests().size())
                        .isEqualTo(i);
            }
        }
    }

    @Test
    void anAnswerThatHasBegunIsNotAskedForAgain() throws Exception {
        try (Fleet fleet = Fleet.of(0)) {
            ScriptedUpstream.Script half = peer -> {
                peer.readRequest();
                peer.send("HTTP/1.1 20");
            };
            fleet.start(1, half);
            fleet.start(2, half);
            fleet.name("fleet", 1, 2);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, NEVER));

            assertThatThrownBy(() -> fleet.ask(upstream, Requests.get("/"))).isInstanceOf(ConnectionLost.class);
            assertThat(fleet.servers.get(1).requests().size()
                            + fleet.servers.get(2).requests().size())
                    .isEqualTo(1);
        }
    }

    @Test
    void aSilentEndpointTakesHalfOfTheTimeOfARequestThatHasATotal() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (Fleet fleet = Fleet.of(1)) {
            fleet.start(2, peer -> {
                peer.readRequest();
                never.await();
            });
            fleet.name("fleet", 1, 2);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, NEVER));
            Duration whole = Duration.ofSeconds(1);
            UpstreamRequest request =
                    Requests.within(new UpstreamTimeouts(whole, whole, whole, whole), Requests.get("/"));

            for (int i = 0; i < 4; i++) {
                assertThat(fleet.ask(upstream, request)).isEqualTo(1);
            }
            assertThat(fleet.servers.get(2).requests()).hasSize(2);
            never.countDown();
        }
    }

    @Test
    void aSilentEndpointIsNotRepeatedWhereARequestHasNoTotal() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (Fleet fleet = Fleet.of(0)) {
            ScriptedUpstream.Script silent = peer -> {
                peer.readRequest();
                never.await();
            };
            fleet.start(1, silent);
            fleet.start(2, silent);
            fleet.name("fleet", 1, 2);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, NEVER));
            UpstreamTimeouts timeouts = new UpstreamTimeouts(LONG, Duration.ofMillis(100), LONG, Duration.ZERO);

            assertThatThrownBy(() -> fleet.ask(upstream, Requests.within(timeouts, Requests.get("/"))))
                    .isInstanceOf(TimedOut.class);
            assertThat(fleet.servers.get(1).requests().size()
                            + fleet.servers.get(2).requests().size())
                    .isEqualTo(1);
            never.countDown();
        }
    }

    @Test
    void aSenderThatGivesUpIsNotTheEndpointsFault() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (Fleet fleet = Fleet.of(0)) {
            ScriptedUpstream.Script silent = peer -> {
                peer.readRequest();
                never.await();
            };
            fleet.start(1, silent);
            fleet.start(2, silent);
            fleet.name("fleet", 1, 2);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, AT_ONCE_FOR_LONG));
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            Thread sender = Thread.startVirtualThread(() -> {
                try {
                    fleet.ask(upstream, Requests.get("/"));
                } catch (UpstreamException e) {
                    failure.complete(e);
                }
            });
            Eventually.holds(() -> fleet.servers.values().stream()
                    .anyMatch(server -> !server.requests().isEmpty()));

            sender.interrupt();

            assertThat(failure.get(5, TimeUnit.SECONDS)).isInstanceOf(ConnectionLost.class);
            assertThat(fleet.servers.get(1).connections() + fleet.servers.get(2).connections())
                    .isEqualTo(1);
            assertThat(List.of(fleet.status(1), fleet.status(2))).allSatisfy(status -> {
                assertThat(status.state()).isEqualTo(State.HEALTHY);
                assertThat(status.inFlight()).isZero();
            });
            never.countDown();
        }
    }

    @Test
    void anEndpointThatFailsRequestsIsEjected() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, AT_ONCE_FOR_LONG));
            fleet.stop(2);
            fleet.count(upstream, 4);

            assertThat(fleet.status(2).state()).isEqualTo(State.EJECTED);
            assertThat(fleet.status(2).failures()).isEqualTo(1);
            fleet.start(2);
            assertThat(fleet.count(upstream, 10)).isEqualTo(Map.of(1, 10));
        }
    }

    @Test
    void anEjectedEndpointIsTriedAgainAndReturns() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Ejection brief = new Ejection(1, OFTEN, OFTEN, Duration.ofMillis(50));
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, brief));
            fleet.stop(2);
            fleet.count(upstream, 4);
            assertThat(fleet.status(2).state()).isEqualTo(State.EJECTED);

            fleet.start(2);

            Eventually.holds(() -> fleet.ask(upstream) == 2);
            Eventually.holds(() -> {
                fleet.count(upstream, 4);
                return fleet.status(2).state() == State.HEALTHY;
            });
            assertThat(fleet.count(upstream, 10)).isEqualTo(Map.of(1, 5, 2, 5));
        }
    }

    @Test
    void whenAllAreEjectedOneIsTriedNevertheless() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, AT_ONCE_FOR_LONG));
            fleet.ask(upstream);
            fleet.stop(1);
            fleet.stop(2);
            assertThatThrownBy(() -> fleet.ask(upstream)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> fleet.ask(upstream)).isInstanceOf(CannotConnect.class);
            assertThat(List.of(fleet.status(1).state(), fleet.status(2).state()))
                    .containsOnly(State.EJECTED);

            fleet.start(1);

            Eventually.holds(() -> {
                try {
                    return fleet.ask(upstream) == 1;
                } catch (CannotConnect _) {
                    return false; // it tried the other one
                }
            });
        }
    }

    @Test
    void anEndpointThatTakesNoConnectionIsLeftOutBeforeAnyRequestFinds() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = fleet.upstream(checked(new HealthCheck.Probe.Connect()));
            fleet.upstreams.retain(List.of(upstream));
            Eventually.holds(() -> fleet.servers.get(2).connections() > 0);

            fleet.stop(2);

            Eventually.holds(() -> fleet.status(2).state() == State.UNHEALTHY);
            assertThat(fleet.status(2).lastError()).isEqualTo("health check: cannot connect: Connection refused");
            assertThat(fleet.count(upstream, 10)).isEqualTo(Map.of(1, 10));
            assertThat(fleet.status(2).failures()).isZero();

            fleet.start(2);

            Eventually.holds(() -> fleet.status(2).state() == State.HEALTHY);
            assertThat(fleet.count(upstream, 10)).hasSize(2);
        }
    }

    @Test
    void anEndpointThatAnswersRequestsIsNotAlsoConnectedTo() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            HealthCheck rare = new HealthCheck(new HealthCheck.Probe.Connect(), OFTEN, OFTEN, 1, 1);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, rare, NEVER));
            fleet.ask(upstream);
            int connections = fleet.servers.get(1).connections();
            long end = System.nanoTime() + OFTEN.toNanos() * 5;
            while (System.nanoTime() - end < 0) {
                fleet.ask(upstream);
            }

            // Of five checks at least, one may fall in a pause of the machine.
            assertThat(fleet.servers.get(1).connections()).isLessThanOrEqualTo(connections + 2);
        }
    }

    @Test
    void anEndpointThatSaysItIsIllIsLeftOut() throws Exception {
        AtomicInteger status = new AtomicInteger(200);
        ScriptedUpstream.Script script = peer -> {
            for (var request = peer.readRequest(); request.isPresent(); request = peer.readRequest()) {
                int answer = request.get().startsWith("GET /health ") ? status.get() : 200;
                peer.send("HTTP/1.1 " + answer + " X\r\nContent-Length: 1\r\n\r\n2");
            }
        };
        try (Fleet fleet = Fleet.of(1)) {
            fleet.start(2, script);
            fleet.name("fleet", 1, 2);
            Upstream upstream = fleet.upstream(checked(new HealthCheck.Probe.Get("/health")));
            assertThat(fleet.count(upstream, 10)).hasSize(2);

            status.set(503);

            Eventually.holds(() -> fleet.status(2).state() == State.UNHEALTHY);
            assertThat(fleet.status(2).lastError()).isEqualTo("health check: answered 503");
            assertThat(fleet.count(upstream, 10)).isEqualTo(Map.of(1, 10));
            assertThat(fleet.servers.get(2).requests())
                    .anyMatch(request -> request.startsWith("GET /health HTTP/1.1\r\nHost: fleet:" + fleet.port));

            status.set(200);

            Eventually.holds(() -> fleet.status(2).state() == State.HEALTHY);
        }
    }

    @Test
    void oneFailedCheckIsNotBelieved() throws Exception {
        AtomicInteger checks = new AtomicInteger();
        try (Fleet fleet = Fleet.of(0)) {
            fleet.start(1, peer -> {
                while (peer.readRequest().isPresent()) {
                    int answer = checks.incrementAndGet() % 2 == 0 ? 200 : 500;
                    peer.send("HTTP/1.1 " + answer + " X\r\nContent-Length: 0\r\n\r\n");
                }
            });
            fleet.name("fleet", 1);
            Upstream upstream = fleet.upstream(checked(new HealthCheck.Probe.Get("/health")));
            assertThat(fleet.upstreams.isReachable(upstream)).isTrue();
            Instant since = fleet.status(1).since();

            Eventually.holds(() -> checks.get() > 10);

            assertThat(fleet.status(1).state()).isEqualTo(State.HEALTHY);
            assertThat(fleet.status(1).since()).isEqualTo(since);
        }
    }

    @Test
    void byDefaultADeadEndpointIsOutWithinFiveSeconds() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, USUAL, NEVER));
            assertThat(fleet.upstreams.isReachable(upstream)).isTrue();

            fleet.stop(2);
            long dead = System.nanoTime();

            Eventually.holds(() -> fleet.status(2).state() == State.UNHEALTHY);
            assertThat(Duration.ofNanos(System.nanoTime() - dead)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void byDefaultABlackHoleIsOutWithinFiveSeconds() throws Exception {
        List<Socket> queue = new ArrayList<>();
        try (Fleet fleet = Fleet.of(1);
                ServerSocket deaf = new ServerSocket(fleet.port, 1, InetAddress.ofLiteral("127.0.0.2"))) {
            fillUp(deaf, queue);
            fleet.name("fleet", 1, 2);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, USUAL, NEVER));
            assertThat(fleet.upstreams.isReachable(upstream)).isTrue();
            long dead = System.nanoTime();

            Eventually.holds(() -> fleet.status(2).state() == State.UNHEALTHY);

            assertThat(Duration.ofNanos(System.nanoTime() - dead)).isLessThan(Duration.ofSeconds(5));
            assertThat(fleet.count(upstream, 10)).isEqualTo(Map.of(1, 10));
        } finally {
            for (Socket socket : queue) {
                socket.close();
            }
        }
    }

    @Test
    void aRequestLeavesABlackHoleForAnotherEndpointInHalfOfTheTime() throws Exception {
        List<Socket> queue = new ArrayList<>();
        try (Fleet fleet = Fleet.of(1);
                ServerSocket deaf = new ServerSocket(fleet.port, 1, InetAddress.ofLiteral("127.0.0.2"))) {
            fillUp(deaf, queue);
            fleet.name("fleet", 1, 2);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, NEVER));
            UpstreamTimeouts timeouts = new UpstreamTimeouts(Duration.ofMillis(400), LONG, LONG, Duration.ZERO);

            for (int i = 0; i < 4; i++) {
                assertThat(fleet.ask(upstream, Requests.within(timeouts, Requests.post("{}"))))
                        .isEqualTo(1);
            }
            assertThat(fleet.status(2).failures()).isEqualTo(2);
        } finally {
            for (Socket socket : queue) {
                socket.close();
            }
        }
    }

    /** Connects until nobody can any more: what comes then is lost without a word. */
    private static void fillUp(ServerSocket deaf, List<Socket> queue) throws IOException {
        while (true) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(deaf.getLocalSocketAddress(), 200);
            } catch (SocketTimeoutException _) {
                return;
            }
        }
    }

    private static Balancing checked(HealthCheck.Probe probe) {
        return Fleet.balancing(Policy.ROUND_ROBIN, new HealthCheck(probe, OFTEN, Duration.ofSeconds(1), 2, 1), NEVER);
    }

    @Test
    void anEndpointWhoseAnswersBreakOffAgainAndAgainIsLeftAlone() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            fleet.start(2, peer -> {
                peer.readRequest();
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n2");
            });
            fleet.name("fleet", 1, 2);
            Upstream upstream = fleet.upstream(
                    Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, new Ejection(3, LONG, LONG, Duration.ZERO)));

            int broken = 0;
            for (int i = 0; i < 20; i++) {
                try {
                    fleet.ask(upstream);
                } catch (UpstreamException _) {
                    broken++;
                }
            }

            assertThat(broken).isEqualTo(3);
            assertThat(fleet.status(2).state()).isEqualTo(EndpointStatus.State.EJECTED);
            assertThat(fleet.status(2).failures()).isEqualTo(3);
            assertThat(fleet.status(2).lastError()).contains("in the middle of its answer");
        }
    }

    @Test
    void anAnswerThatComesToItsEndOutweighsThoseThatBrokeOff() throws Exception {
        try (Fleet fleet = Fleet.of(0)) {
            AtomicInteger number = new AtomicInteger();
            fleet.start(1, peer -> {
                peer.readRequest();
                int length = number.incrementAndGet() % 3 == 0 ? 1 : 5;
                peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + length + "\r\n\r\n1");
            });
            fleet.name("fleet", 1);
            Upstream upstream = fleet.upstream(
                    Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, new Ejection(3, LONG, LONG, Duration.ZERO)));

            for (int i = 0; i < 12; i++) {
                try {
                    fleet.ask(upstream);
                } catch (UpstreamException _) {
                    // two of three break off
                }
            }

            assertThat(fleet.status(1).state()).isEqualTo(EndpointStatus.State.HEALTHY);
            assertThat(fleet.status(1).failures()).isEqualTo(8);
        }
    }

    @Test
    void anAnswerThatNobodyWantsToItsEndIsNotTheEndpointsFault() throws Exception {
        try (Fleet fleet = Fleet.of(0)) {
            fleet.start(1, peer -> {
                while (peer.readRequest().isPresent()) {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1");
                }
            });
            fleet.name("fleet", 1);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, AT_ONCE_FOR_LONG));

            for (int i = 0; i < 3; i++) {
                try (UpstreamResponse response = fleet.upstreams.send(upstream, Requests.post("{}"))) {
                    response.readUpTo(1);
                }
                fleet.upstreams.send(upstream, Requests.post("{}")).cancel();
            }

            assertThat(fleet.status(1).state()).isEqualTo(EndpointStatus.State.HEALTHY);
        }
    }
}
