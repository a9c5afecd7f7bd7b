package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.redis.testing.RedisServer;
import dev.mcpgateway.system.Client.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of two oracles is stopped or killed while clients call, and started again, in turn. Nobody notices. Figures F-01
 * and F-02, as often and at the rate that is asked for: {@code system-tests/long restart} and {@code kill-oracle}.
 */
@Tag("faults")
@Timeout(3_600)
class OracleRestartTest {
    private static final int TIMES = Integer.getInteger("oracles.times", 1);
    private static final int RATE = Integer.getInteger("oracles.rate", 50);

    private static final Duration BEFORE = Duration.ofSeconds(1);

    /** Until the router has noticed that an oracle is back, and gives it its share of requests. */
    private static final Duration AFTER = Duration.ofSeconds(3);

    @Test
    void isNoticedByNobodyWhenItIsToldToStop(@TempDir Path folder) throws Exception {
        restartUnderLoad(folder, "stopped", oracle -> assertThat(oracle.stop()).isZero());
    }

    @Test
    void isNoticedByNobodyWhenItIsKilled(@TempDir Path folder) throws Exception {
        restartUnderLoad(folder, "killed", ServiceProcess::kill);
    }

    private void restartUnderLoad(Path folder, String how, Consumer<ServiceProcess> end) throws Exception {
        try (RedisServer redis = RedisServer.start(folder.resolve("redis"));
                Deployment deployment = Deployment.startBalanced(
                        folder, redis.url(), 2, Map.of("VERIFY_LIMIT", "0", "NETWORK_LIMIT", "0"));
                Web web = new Web(deployment.certificates())) {
            Client client = Client.register(web, deployment.echo());
            Tokens tokens = client.signIn(new User("alice", web));
            SteadyCalls calls = SteadyCalls.start(deployment, web, client, tokens, RATE);

            for (int time = 0; time < TIMES; time++) {
                LockSupport.parkNanos(BEFORE.toNanos());
                ServiceProcess oracle = deployment.oracles().get(time % 2);
                end.accept(oracle);
                oracle.startAgain();
                LockSupport.parkNanos(AFTER.toNanos());
            }

            System.out.printf("oracles: %s %d times at %d requests/s; %s%n", how, TIMES, RATE, calls.stop());
            assertThat(calls.failures()).as(() -> troubles(deployment)).isEmpty();
        }
    }

    /** What the services had to say about it. */
    private static String troubles(Deployment deployment) {
        try {
            return deployment
                    .logs()
                    .lines()
                    .filter(line -> line.contains("WARNING"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
