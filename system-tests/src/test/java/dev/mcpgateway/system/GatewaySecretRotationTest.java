package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.redis.testing.RedisServer;
import dev.mcpgateway.system.Client.Authorization;
import dev.mcpgateway.system.Client.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GATEWAY_JWT_SECRET is changed while two oracles serve from one Redis, as docs/decisions/0024 says. */
@Tag("faults") // oracles are restarted time and again
@Timeout(240)
class GatewaySecretRotationTest {
    private static final String OLD = "the-secret-of-before-0123456789abcdef";
    private static final String NEW = "the-secret-that-takes-over-0123456789";

    /** Each is rolled out on every oracle before the next. */
    private static final List<Map<String, String>> STEPS = List.of(
            Map.of("GATEWAY_JWT_SECRET", OLD, "GATEWAY_JWT_SECRET_NEXT", NEW),
            Map.of("GATEWAY_JWT_SECRET", NEW, "GATEWAY_JWT_SECRET_NEXT", "", "GATEWAY_JWT_SECRET_PREVIOUS", OLD),
            Map.of("GATEWAY_JWT_SECRET", NEW, "GATEWAY_JWT_SECRET_PREVIOUS", ""));

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private Deployment deployment;
    private Web web;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        RedisServer redis = RedisServer.start(folder.resolve("redis"));
        parts.push(redis);
        deployment = Deployment.start(folder, redis.url(), 2, Map.of("GATEWAY_JWT_SECRET", OLD));
        parts.push(deployment);
        web = new Web(deployment.certificates());
        parts.push(web);
    }

    @AfterEach
    void stop() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"first to last", "last to first"})
    void everythingThatWasIssuedStaysGood(String order) {
        List<ServiceProcess> oracles = order.equals("first to last")
                ? deployment.oracles()
                : deployment.oracles().reversed();
        Client client = Client.register(web, deployment.echo());
        Tokens fromBefore = client.signIn(new User("alice", web));
        Tokens latest = fromBefore;

        for (Map<String, String> step : STEPS) {
            for (ServiceProcess oracle : oracles) {
                Authorization underWay = client.authorize();
                String code = client.codeFrom(new User("alice", web), underWay);
                oracle.stop();
                oracle.startAgainWith(step);

                assertThat(client.redeem(code, underWay.verifier()).statusCode())
                        .isEqualTo(200);
                assertThat(client.initialize(fromBefore.access()).statusCode()).isEqualTo(200);
                latest = tokens(client.refreshAt(deployment.oracleUrls().getFirst(), latest.refresh()));
                latest = tokens(client.refreshAt(deployment.oracleUrls().getLast(), latest.refresh()));
                assertThat(client.initialize(latest.access()).statusCode()).isEqualTo(200);
                assertThat(client.initialize(
                                        client.signIn(new User("alice", web)).access())
                                .statusCode())
                        .isEqualTo(200);
            }
        }

        ServiceProcess one = oracles.getFirst();
        one.stop();
        assertThat(one.endOfStartWith(Map.of("GATEWAY_JWT_SECRET", OLD))).isEqualTo(1);
        assertThat(one.log()).contains("cannot be opened with this GATEWAY_JWT_SECRET");
        one.startAgainWith(Map.of("GATEWAY_JWT_SECRET", NEW));
        assertThat(deployment.oracleLogs()).doesNotContain(OLD).doesNotContain(NEW);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aRevocationReachesWhatTheOtherSecretNamed(int changed) {
        deployment.oracles().forEach(oracle -> {
            oracle.stop();
            oracle.startAgainWith(STEPS.getFirst());
        });
        ServiceProcess one = deployment.oracles().get(changed);
        one.stop();
        one.startAgainWith(STEPS.get(1));
        Client client = Client.register(web, deployment.echo());
        Tokens tokens = client.signIn(new User("alice", web));
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(200);

        assertThat(client.revoke(tokens.refresh()).statusCode()).isEqualTo(200);

        long deadline = System.nanoTime() + 1_000_000_000L;
        int status = client.initialize(tokens.access()).statusCode();
        while (status != 401 && System.nanoTime() < deadline) {
            status = client.initialize(tokens.access()).statusCode();
        }
        assertThat(status).isEqualTo(401);
    }
}
