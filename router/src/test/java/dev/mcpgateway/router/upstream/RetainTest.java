package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.Balancing.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left of upstreams that nobody wants any more. */
@Timeout(60)
final class RetainTest {
    @Test
    void aRequestThatComesLateIsAnsweredAndLeavesNothingBehind() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.LEAST_REQUESTS));
            fleet.upstreams.retain(List.of(upstream));
            fleet.upstreams.retain(List.of());

            assertThat(fleet.ask(upstream)).isEqualTo(1);

            assertThat(fleet.upstreams.status()).isEmpty();
            Eventually.holds(() -> fleet.upstreams.pools() == 0);
        }
    }

    @Test
    void aRequestThatIsUnderWayLeavesNothingBehind() throws Exception {
        try (Fleet fleet = Fleet.of(1)) {
            Upstream upstream = fleet.upstream(Fleet.balancing(Policy.LEAST_REQUESTS));
            fleet.upstreams.retain(List.of(upstream));
            try (UpstreamResponse response = fleet.upstreams.send(upstream, Requests.post("{}"))) {
                fleet.upstreams.retain(List.of());
                assertThat(response.readUpTo(10)).hasSize(1);
            }

            Eventually.holds(() -> fleet.upstreams.pools() == 0);
            Eventually.holds(() -> fleet.servers.get(1).openConnections() == 0);
        }
    }
}
