package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.mcpgateway.router.upstream.Balancing.Ejection;
import dev.mcpgateway.router.upstream.Balancing.Policy;
import dev.mcpgateway.router.upstream.EndpointStatus.State;
import dev.mcpgateway.router.upstream.UpstreamException.CannotConnect;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class UpstreamStatusTest {
    private static final Ejection AT_ONCE =
            new Ejection(1, Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));

    @Test
    void countsRequestsWhileTheyLastAndAltogether() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            Upstream upstream = fleet.upstream(Balancing.DEFAULTS);
            fleet.count(upstream, 3);
            try (UpstreamResponse _ = fleet.upstreams.send(upstream, Requests.post("{}"))) {
                assertThat(fleet.status(1).inFlight()).isEqualTo(1);
            }

            EndpointStatus status = fleet.status(1);
            assertThat(status.inFlight()).isZero();
            assertThat(status.requests()).isEqualTo(4);
            assertThat(status.failures()).isZero();
            assertThat(status.lastError()).isEmpty();
            assertThat(status.weight()).isEqualTo(1);
        }
    }

    @Test
    void tellsStatesAndSinceWhen() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.LEAST_REQUESTS, HealthCheck.NONE, AT_ONCE));
            fleet.ask(upstream);
            Instant started = fleet.status(1).since();
            assertThat(fleet.status(1).state()).isEqualTo(State.HEALTHY);

            fleet.stop(1);
            Instant before = Instant.now();
            assertThatThrownBy(() -> fleet.count(upstream, 2)).isInstanceOf(UpstreamException.class);
            assertThat(fleet.status(1).state()).isEqualTo(State.EJECTED);
            assertThat(fleet.status(1).since()).isAfter(started).isAfterOrEqualTo(before);
            assertThat(fleet.status(1).failures()).isEqualTo(1);
            assertThat(fleet.status(1).lastError()).startsWith("upstream 127.0.0.1:" + fleet.port + ": ");

            fleet.start(1);
            Eventually.holds(() -> {
                try {
                    return fleet.ask(upstream) == 1;
                } catch (CannotConnect _) {
                    return false;
                }
            });
            assertThat(fleet.status(1).state()).isEqualTo(State.RETURNING);
        }
    }

    @Test
    void namesTheUpstreamsInOrder() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            Upstream one = Upstream.parse("b", "http://fleet:" + fleet.port, "/mcp", Requests.PATIENT);
            Upstream other = Upstream.parse("a", "http://nowhere/x", "/mcp", Requests.PATIENT);

            fleet.upstreams.retain(List.of(one, other));

            Eventually.holds(
                    () -> fleet.upstreams.status().getFirst().lookUpProblem().length() > 0);
            Eventually.holds(
                    () -> fleet.upstreams.status().getLast().endpoints().size() == 1);
            assertThat(fleet.upstreams.status())
                    .extracting(UpstreamStatus::name, UpstreamStatus::url, UpstreamStatus::lookUpProblem)
                    .containsExactly(
                            tuple("a", "http://nowhere:80/x", "nowhere: the name does not resolve"),
                            tuple("b", "http://fleet:" + fleet.port + "/mcp", ""));
        }
    }

    @Test
    void retainedUpstreamsKeepWhatIsKnownOfThem() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            Upstream upstream = fleet.upstream(Balancing.DEFAULTS);
            fleet.count(upstream, 3);

            fleet.upstreams.retain(List.of(fleet.upstream(Balancing.DEFAULTS)));

            assertThat(fleet.status(1).requests()).isEqualTo(3);
        }
    }
}
