package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.redis.testing.RedisServer;
import dev.mcpgateway.system.Client.Tokens;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From an older version to this one and back while clients call: figure F-14. The older one is built by
 * {@code system-tests/run-upgrade}, which says where it is.
 */
@Tag("upgrade")
@Timeout(600)
class UpgradeTest {
    private static final Path OLD = Path.of(System.getProperty("upgrade.from", "nowhere"));
    private static final int RATE = 50;

    /** Until routers have noticed that an oracle is back. */
    private static final Duration AFTER = Duration.ofSeconds(3);

    private final List<Connection> connections = new ArrayList<>();

    /** A registration and what was granted to it. */
    private record Connection(String since, Client client, Tokens tokens) {}

    @Test
    void andTheWayBackAreNoticedByNobody(@TempDir Path folder) throws Exception {
        try (RedisServer redis = RedisServer.start(folder.resolve("redis"));
                Deployment deployment = Deployment.startWithOracles(
                        OLD, folder, redis.url(), 2, Map.of("VERIFY_LIMIT", "0", "NETWORK_LIMIT", "0"));
                Web web = new Web(deployment.certificates())) {
            connect("before", deployment, web);

            replaceOracles("new", Modules.oracle(), deployment, web);
            allGoOn();
            connect("with the new oracles", deployment, web);

            replaceRouter(Modules.router(OLD), deployment);
            allGoOn();
            connect("with the old router", deployment, web);

            replaceRouter(Modules.router(), deployment);
            replaceOracles("old", Modules.oracle(OLD), deployment, web);
            allGoOn();
            connect("with the old oracles again", deployment, web);
            allGoOn();
        }
    }

    private void connect(String since, Deployment deployment, Web web) {
        Client client = Client.register(web, deployment.echo());
        connections.add(new Connection(since, client, client.signIn(new User("alice", web))));
    }

    /** One after the other, while clients call by what was granted last. */
    private void replaceOracles(String which, String modulePath, Deployment deployment, Web web) throws Exception {
        Connection last = connections.getLast();
        SteadyCalls calls = SteadyCalls.start(deployment, web, last.client(), last.tokens(), RATE);
        for (ServiceProcess oracle : deployment.oracles()) {
            oracle.stop();
            oracle.startAgainAs(modulePath);
            LockSupport.parkNanos(AFTER.toNanos());
        }
        System.out.printf(
                "upgrade: %s oracles in place of the others at %d requests/s; %s%n", which, RATE, calls.stop());
        assertThat(calls.failures()).as(deployment::oracleLogs).isEmpty();
    }

    private static void replaceRouter(String modulePath, Deployment deployment) {
        deployment.router().stop();
        deployment.router().startAgainAs(modulePath);
    }

    /** Every token that was ever granted is good, and can be refreshed. */
    private void allGoOn() {
        for (Connection connection : List.copyOf(connections)) {
            assertThat(connection
                            .client()
                            .initialize(connection.tokens().access())
                            .statusCode())
                    .as("a token from %s", connection.since())
                    .isEqualTo(200);
            HttpResponse<String> refreshed =
                    connection.client().refresh(connection.tokens().refresh());
            assertThat(refreshed.statusCode())
                    .as("a refresh of what is from %s: %s", connection.since(), refreshed.body())
                    .isEqualTo(200);
            connections.set(
                    connections.indexOf(connection),
                    new Connection(connection.since(), connection.client(), Client.tokens(refreshed)));
        }
    }
}
