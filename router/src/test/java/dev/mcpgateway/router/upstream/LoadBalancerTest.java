package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.upstream.Balancing.Ejection;
import dev.mcpgateway.router.upstream.Balancing.Policy;
import dev.mcpgateway.router.upstream.UpstreamException.Busy;
import dev.mcpgateway.router.upstream.UpstreamException.CannotConnect;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class LoadBalancerTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    @ParameterizedTest
    @EnumSource
    void everyAddressBehindANameGetsRequests(Policy policy) throws Exception {
        try (Fleet fleet = Fleet.of(3)) {
            assertThat(fleet.count(fleet.upstream(Fleet.balancing(policy)), 300))
                    .hasSize(3)
                    .allSatisfy((_, count) -> assertThat(count).isBetween(50, 150));
        }
    }

    @Test
    void takesTurns() throws Exception {
        try (Fleet fleet = Fleet.of(3)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN));

            assertThat(fleet.count(upstream, 30)).isEqualTo(Map.of(1, 10, 2, 10, 3, 10));
        }
    }

    @Test
    void interleavesTurnsByWeight() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = weighted(fleet, Policy.ROUND_ROBIN, 3, 1);
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                order.add(fleet.ask(upstream));
            }

            assertThat(order).containsExactly(1, 1, 2, 1, 1, 1, 2, 1);
        }
    }

    @Test
    void idleServersGetRequestsByWeight() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Map<Integer, Integer> answers = fleet.count(weighted(fleet, Policy.LEAST_REQUESTS, 9, 1), 500);

            assertThat(answers.get(1)).isBetween(400, 490);
        }
    }

    @Test
    void aServerOfWeightZeroGetsNothing() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = weighted(fleet, Policy.LEAST_REQUESTS, 1, 0);

            assertThat(fleet.count(upstream, 50)).isEqualTo(Map.of(1, 50));
            assertThat(fleet.status(2).state()).isEqualTo(EndpointStatus.State.DRAINING);
        }
    }

    @Test
    void saysAtOnceThatOnlyAServerOfWeightZeroIsLeft() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            fleet.name("other");
            Upstream upstream = upstream(fleet, Policy.LEAST_REQUESTS, "fleet", 0, "other", 1);

            assertThatThrownBy(() -> fleet.ask(upstream))
                    .isInstanceOf(CannotConnect.class)
                    .hasMessage("upstream echo: other: the name does not resolve");
        }
    }

    @Test
    void sharesTheWeightOfAUrlAmongTheAddressesBehindIt() throws Exception {
        try (Fleet fleet = Fleet.of(3)) {
            fleet.name("old", 1, 2);
            fleet.name("new", 3);
            Upstream upstream = upstream(fleet, Policy.ROUND_ROBIN, "old", 4, "new", 1);

            assertThat(fleet.count(upstream, 50)).isEqualTo(Map.of(1, 20, 2, 20, 3, 10));
        }
    }

    @Test
    void aBusyServerGetsFewerRequests() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (Fleet fleet = Fleet.of(1)) {
            fleet.start(2, peer -> {
                peer.readRequest();
                release.await();
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
            });
            fleet.name("fleet", 1, 2);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.LEAST_REQUESTS));
            fleet.upstreams.isReachable(upstream);
            while (fleet.status(2).inFlight() == 0) {
                Thread one = Thread.startVirtualThread(() -> askUnchecked(fleet, upstream));
                Eventually.holds(() -> !one.isAlive() || fleet.status(2).inFlight() == 1);
            }
            Eventually.holds(() -> fleet.status(1).inFlight() == 0);

            assertThat(fleet.count(upstream, 50)).isEqualTo(Map.of(1, 50));
            release.countDown();
        }
    }

    @Test
    void followsChangesOfAName() throws Exception {
        try (Fleet fleet = Fleet.of(3)) {
            fleet.name("fleet", 1);
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN));
            assertThat(fleet.count(upstream, 10)).containsOnlyKeys(1);

            fleet.name("fleet", 2, 3);

            Eventually.holds(
                    () -> fleet.upstreams.status().getFirst().endpoints().size() == 2);
            assertThat(fleet.count(upstream, 10)).isEqualTo(Map.of(2, 5, 3, 5));
            Eventually.holds(() -> fleet.servers.get(1).openConnections() == 0);
        }
    }

    @Test
    void keepsTheLastAddressesWhileANameDoesNotResolve() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN));
            fleet.ask(upstream);

            fleet.name("fleet");

            Eventually.holds(
                    () -> !fleet.upstreams.status().getFirst().lookUpProblem().isEmpty());
            assertThat(fleet.count(upstream, 10)).hasSize(2);
            assertThat(fleet.upstreams.status().getFirst().lookUpProblem())
                    .isEqualTo("fleet: the name does not resolve");
        }
    }

    @Test
    void saysThatANameDoesNotResolveAndServesOnceItDoes() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            fleet.name("fleet");
            Upstream upstream = fleet.upstream(Balancing.DEFAULTS);

            assertThatThrownBy(() -> fleet.ask(upstream))
                    .isInstanceOf(CannotConnect.class)
                    .hasMessage("upstream echo: fleet: the name does not resolve");

            fleet.name("fleet", 1);
            Eventually.holds(
                    () -> !fleet.upstreams.status().getFirst().endpoints().isEmpty());
            assertThat(fleet.ask(upstream)).isEqualTo(1);
        }
    }

    @Test
    void aRemovedServerFinishesWhatItHas() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (Fleet fleet = Fleet.of(2)) {
            fleet.start(3, peer -> {
                peer.readRequest();
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n");
                release.await();
                peer.send("3");
            });
            fleet.name("fleet", 3);
            Upstream upstream = fleet.upstream(Balancing.DEFAULTS);
            try (UpstreamResponse response = fleet.upstreams.send(upstream, Requests.post("{}"))) {
                fleet.name("fleet", 1);
                Eventually.holds(
                        () -> fleet.upstreams.status().getFirst().endpoints().size() == 2);
                assertThat(fleet.status(3).state()).isEqualTo(EndpointStatus.State.DRAINING);
                assertThat(fleet.count(upstream, 10)).containsOnlyKeys(1);

                release.countDown();
                assertThat(response.body().readAllBytes()).asString().isEqualTo("3");
            }
            Eventually.holds(
                    () -> fleet.upstreams.status().getFirst().endpoints().size() == 1);
        }
    }

    @Test
    void stopsToWatchWhatIsNotRetained() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            Upstream upstream = fleet.upstream(Balancing.DEFAULTS);
            fleet.ask(upstream);

            fleet.upstreams.retain(List.of());

            assertThat(fleet.upstreams.status()).isEmpty();
            Eventually.holds(() -> fleet.servers.get(1).openConnections() == 0);
            Eventually.holds(() -> {
                int before = fleet.lookUps.get();
                Thread.sleep(Fleet.LOOK_UP_INTERVAL.multipliedBy(5));
                return fleet.lookUps.get() == before;
            });
        }
    }

    @Test
    void whatIsInFlightOutlivesAChangeOfTheUpstream() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (Fleet fleet = Fleet.of(0)) {
            fleet.start(1, peer -> {
                peer.readRequest();
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n");
                release.await();
                peer.send("1");
            });
            fleet.name("fleet", 1);
            Upstream before = fleet.upstream(Fleet.balancing(Policy.ROUND_ROBIN));
            try (UpstreamResponse response = fleet.upstreams.send(before, Requests.post("{}"))) {
                fleet.upstreams.retain(List.of(fleet.upstream(Fleet.balancing(Policy.LEAST_REQUESTS))));
                release.countDown();

                assertThat(response.body().readAllBytes()).asString().isEqualTo("1");
            }
            assertThat(fleet.upstreams.status()).hasSize(1);
        }
    }

    @Test
    void aRequestThatMustWaitGetsThePlaceThatBecomesFree() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            Upstream upstream = fleet.upstream(bounded(1, 10, Duration.ofSeconds(20)));
            UpstreamResponse first = fleet.upstreams.send(upstream, Requests.post("{}"));
            CompletableFuture<Integer> second =
                    CompletableFuture.supplyAsync(() -> askUnchecked(fleet, upstream), Thread::startVirtualThread);
            Eventually.holds(() -> fleet.upstreams.status().getFirst().waiting() == 1);

            first.close();

            assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(fleet.upstreams.status().getFirst().waiting()).isZero();
            assertThat(fleet.status(1).inFlight()).isZero();
        }
    }

    @Test
    void aRequestDoesNotWaitForLongerThanItMay() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = fleet.upstream(bounded(1, 10, Duration.ofMillis(50)));
            UpstreamResponse first = fleet.upstreams.send(upstream, Requests.post("{}"));
            UpstreamResponse second = fleet.upstreams.send(upstream, Requests.post("{}"));

            assertThatThrownBy(() -> fleet.ask(upstream))
                    .isInstanceOf(Busy.class)
                    .hasMessage("upstream echo: every endpoint has 1 requests in flight");
            assertThat(fleet.upstreams.status().getFirst().waiting()).isZero();
            first.close();
            second.close();
            assertThat(fleet.count(upstream, 4)).isNotEmpty();
        }
    }

    @Test
    void aRequestDoesNotJoinALineThatIsTooLong() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            Upstream upstream = fleet.upstream(bounded(1, 0, Duration.ofSeconds(20)));
            UpstreamResponse first = fleet.upstreams.send(upstream, Requests.post("{}"));

            assertThatThrownBy(() -> fleet.ask(upstream)).isInstanceOf(Busy.class);
            first.close();
        }
    }

    @Test
    void neverExceedsTheRequestsInFlightAndServesAllThatWait() throws Exception {
        try (Fleet fleet = Fleet.of(2)) {
            Upstream upstream = fleet.upstream(bounded(2, 500, Duration.ofSeconds(30)));
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                answers.add(
                        CompletableFuture.supplyAsync(() -> askUnchecked(fleet, upstream), Thread::startVirtualThread));
            }

            for (CompletableFuture<Integer> answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS)).isPositive();
            }
            assertThat(fleet.servers.get(1).connections()).isLessThanOrEqualTo(2);
            assertThat(fleet.servers.get(2).connections()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void anOpenEventStreamTakesNoPlace() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            fleet.stop(1);
            fleet.start(1, peer -> {
                boolean stream = peer.readRequest().orElse("").startsWith("GET");
                peer.send(stream ? "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" : HELLO);
                peer.readToEnd();
            });
            Upstream upstream = fleet.upstream(bounded(1, 0, Duration.ofSeconds(5)));

            try (UpstreamResponse _ = fleet.upstreams.send(upstream, Requests.get("/"));
                    UpstreamResponse _ = fleet.upstreams.send(upstream, Requests.get("/"))) {
                assertThat(fleet.status(1).streams()).isEqualTo(2);
                assertThat(fleet.status(1).inFlight()).isZero();
            }
            assertThat(fleet.status(1).streams()).isZero();
        }
    }

    private static int askUnchecked(Fleet fleet, Upstream upstream) {
        try {
            return fleet.ask(upstream);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Balancing bounded(int maxRequests, int maxWaiting, Duration maxWait) {
        return new Balancing(
                Policy.LEAST_REQUESTS, maxRequests, maxWaiting, maxWait, HealthCheck.NONE, Ejection.DEFAULTS, true);
    }

    private static Upstream weighted(Fleet fleet, Policy policy, int first, int second) {
        return upstream(fleet, policy, "127.0.0.1", first, "127.0.0.2", second);
    }

    private static Upstream upstream(Fleet fleet, Policy policy, String one, int oneWeight, String other, int weight) {
        return new Upstream(
                "echo",
                List.of(
                        Upstream.server("echo", "http://" + one + ":" + fleet.port, oneWeight, "/mcp", null),
                        Upstream.server("echo", "http://" + other + ":" + fleet.port, weight, "/mcp", null)),
                Requests.PATIENT,
                Fleet.balancing(policy));
    }
}
