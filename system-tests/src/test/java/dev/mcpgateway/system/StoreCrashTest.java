package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.redis.testing.RedisServer;
import dev.mcpgateway.system.Traffic.Family;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was acknowledged is kept, and nobody is refused, while oracle and Redis are killed under load, one after the
 * other. {@code -Dcrash.cycles} says how often each; {@code system-tests/long crash} kills them 100 times.
 */
@Tag("faults")
@Timeout(1_800)
class StoreCrashTest {
    private static final int CYCLES = Integer.getInteger("crash.cycles", 4);
    private static final Duration LONGEST_WORK = Duration.ofSeconds(1);
    private static final Duration LONGEST_ABSENCE = Duration.ofMillis(500);

    private final List<Duration> recoveries = new ArrayList<>();

    private RedisServer redis;
    private Deployment deployment;
    private Web web;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        redis = RedisServer.start(folder.resolve("redis"));
        deployment = Deployment.start(folder, redis.url(), 1);
        web = new Web(deployment.certificates());
    }

    @AfterEach
    void stop() {
        web.close();
        deployment.close();
        redis.close();
    }

    @Test
    void keepsWhatItAnsweredWhenOracleAndRedisAreKilledUnderLoad() throws IOException {
        try (Traffic traffic = Traffic.start(deployment)) {
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                killOracle(traffic);
                killRedis(traffic);
            }
            traffic.stop();

            List<Client> lostClients =
                    traffic.clients().stream().filter(this::isLost).toList();
            List<Family> lostFamilies = traffic.families().stream()
                    .filter(family -> family.refresh().statusCode() != 200)
                    .toList();

            report(traffic, lostClients.size(), lostFamilies.size());
            assertThat(traffic.wrongAnswers()).isEmpty();
            assertThat(traffic.clients()).isNotEmpty();
            assertThat(lostClients).isEmpty();
            assertThat(traffic.families()).isNotEmpty();
            assertThat(lostFamilies).isEmpty();
            assertThat(traffic.refreshes()).isPositive();
        }
    }

    private void killOracle(Traffic traffic) {
        waitUpTo(LONGEST_WORK);
        deployment.oracle().kill();
        waitUpTo(LONGEST_ABSENCE);
        deployment.oracle().startAgain();
        recoveries.add(traffic.awaitRecovery());
    }

    private void killRedis(Traffic traffic) throws IOException {
        waitUpTo(LONGEST_WORK);
        redis.kill();
        waitUpTo(LONGEST_ABSENCE);
        redis.start();
        recoveries.add(traffic.awaitRecovery());
    }

    private static void waitUpTo(Duration longest) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(longest.toNanos()));
    }

    /** Whether its user is not shown the consent page. */
    private boolean isLost(Client client) {
        return web.get(client.authorize().uri()).statusCode() != 200;
    }

    private void report(Traffic traffic, int lostClients, int lostFamilies) {
        System.out.printf(
                "crash: cycles=%d registrations=%d lost=%d grants=%d lost=%d refreshes=%d troubles=%d wrong=%d"
                        + " longest_recovery_ms=%d%n",
                CYCLES,
                traffic.clients().size(),
                lostClients,
                traffic.families().size(),
                lostFamilies,
                traffic.refreshes(),
                traffic.troubles(),
                traffic.wrongAnswers().size(),
                Collections.max(recoveries).toMillis());
    }
}
