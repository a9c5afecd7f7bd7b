package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.redis.testing.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients work while odd requests come and Redis has faults, for long: {@code -Dsoak.seconds}. Nothing is answered
 * wrongly, and once everybody has left, router and oracle hold no more threads and sockets than before. Whether their
 * memory grows shows only in hours: {@code system-tests/long soak} (figure F-08).
 */
@Tag("faults")
@Timeout(8 * 3_600)
class SoakTest {
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("soak.seconds", 15));
    private static final Duration BETWEEN_FAULTS = Duration.ofSeconds(30);
    private static final Duration FAULT = Duration.ofSeconds(3);
    private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(5);

    /** About one in twenty of what the clients send. */
    private static final Duration BETWEEN_ODD_REQUESTS = Duration.ofMillis(200);

    /** The figure is 1 % in an hour; a shorter run, beside other work, gets more. */
    private static final double MAX_GROWTH_PER_HOUR = 0.1;

    private static final Duration LONG_ENOUGH_FOR_GROWTH = Duration.ofMinutes(20);

    /** A pool may have grown by a few connections, each with a thread that watches it. */
    private static final int MORE = 24;

    /** Connections that nobody uses are kept for a minute. */
    private static final Duration UNTIL_AT_REST = Duration.ofSeconds(100);

    /** The clients here are many in one network. */
    private static final Map<String, String> WITHOUT_LIMITS = Map.of(
            "REGISTRATION_LIMIT", "0", "NETWORK_LIMIT", "0", "VERIFY_LIMIT", "0", "MAX_UNUSED_CLIENTS", "1000000");

    private final AtomicInteger oddRequests = new AtomicInteger();
    private final List<String> oddAnswers = new ArrayList<>();
    private volatile boolean running = true;

    private record Sample(Duration at, long routerKilobytes, long oracleKilobytes) {}

    private record Held(int files, int threads) {
        static Held by(ServiceProcess process) {
            return new Held(process.openFiles(), process.threads());
        }

        boolean isAtMost(Held before) {
            return files <= before.files + MORE && threads <= before.threads + MORE;
        }
    }

    @Test
    void nothingGrows(@TempDir Path folder) throws Exception {
        try (RedisServer redis = RedisServer.start(folder.resolve("redis"));
                Deployment deployment = Deployment.start(folder, redis.url(), 1, WITHOUT_LIMITS);
                Web web = new Web(deployment.certificates())) {
            Client client = Client.register(web, deployment.echo());
            String token = client.signIn(new User("alice", web)).access();
            assertThat(client.initialize(token).statusCode()).isEqualTo(200);
            Held routerBefore = Held.by(deployment.router());
            Held oracleBefore = Held.by(deployment.oracle());
            List<Sample> samples;
            try (Traffic traffic = Traffic.start(deployment)) {
                Thread odd = Thread.ofPlatform().start(() -> sendOddRequests(deployment));
                samples = disturb(redis, deployment, traffic);
                running = false;
                odd.join();
                traffic.stop();
                assertThat(traffic.wrongAnswers()).isEmpty();
                assertThat(traffic.refreshes()).isPositive();
                System.out.printf(
                        "soak: %d s, %d refreshes, %d grants, %d odd requests, %d answers of trouble in faults%n",
                        LENGTH.toSeconds(),
                        traffic.refreshes(),
                        traffic.families().size(),
                        oddRequests.get(),
                        traffic.troubles());
            }
            assertThat(oddAnswers).isEmpty();
            assertThat(oddRequests).hasPositiveValue();

            awaitRest(deployment.router(), routerBefore, "router");
            awaitRest(deployment.oracle(), oracleBefore, "oracle");
            reportGrowth(samples);
        }
    }

    /** Redis hangs and is killed in turn. */
    private List<Sample> disturb(RedisServer redis, Deployment deployment, Traffic traffic) throws IOException {
        List<Sample> samples = new ArrayList<>();
        long start = System.nanoTime();
        long nextFault = BETWEEN_FAULTS.toNanos() / 10;
        boolean kill = false;
        while (System.nanoTime() - start < LENGTH.toNanos()) {
            LockSupport.parkNanos(Math.min(BETWEEN_SAMPLES.toNanos(), LENGTH.toNanos()));
            Duration at = Duration.ofNanos(System.nanoTime() - start);
            samples.add(new Sample(
                    at,
                    deployment.router().memoryKilobytes(),
                    deployment.oracle().memoryKilobytes()));
            if (at.toNanos() > nextFault) {
                nextFault += BETWEEN_FAULTS.toNanos();
                fault(redis, kill);
                kill = !kill;
                Duration _ = traffic.awaitRecovery();
            }
        }
        return samples;
    }

    private static void fault(RedisServer redis, boolean kill) throws IOException {
        if (kill) {
            redis.kill();
        } else {
            redis.pause();
        }
        LockSupport.parkNanos(FAULT.toNanos());
        if (kill) {
            redis.start();
        } else {
            redis.resume();
        }
    }

    /** What no client sends; each is refused, and none is a fault of ours. */
    private void sendOddRequests(Deployment deployment) {
        String host = "Host: localhost:" + deployment.httpsPort();
        List<List<String>> requests = List.of(
                List.of("GET /%2e%2e/echo/mcp HTTP/1.1", host),
                List.of("GET /echo/mcp HTTP/1.1", host, host),
                List.of("POST /echo/mcp HTTP/1.1", host, "Content-Length: 1", "Transfer-Encoding: chunked"),
                List.of("POST /echo/mcp HTTP/1.1", host, "Content-Length: -1"),
                List.of("GET /echo/mcp HTTP/1.1", host, "Authorization: Bearer x.y.z"),
                List.of("POST /token HTTP/1.1", host, "Content-Type: text/plain", "Content-Length: 0"),
                List.of("TRACE / HTTP/1.1", host));
        while (running) {
            List<String> request = requests.get(ThreadLocalRandom.current().nextInt(requests.size()));
            try {
                String answer = RawConnection.exchange(deployment, request, "");
                // 503: the store is away at this moment
                if (!answer.matches("(?s)HTTP/1.1 (4\\d\\d|501|503) .*")) {
                    oddAnswers.add(request + " got " + answer);
                }
            } catch (UncheckedIOException e) {
                oddAnswers.add(request + " got " + e.getMessage());
            }
            oddRequests.incrementAndGet();
            LockSupport.parkNanos(BETWEEN_ODD_REQUESTS.toNanos());
        }
    }

    private static void awaitRest(ServiceProcess process, Held before, String name) {
        long end = System.nanoTime() + UNTIL_AT_REST.toNanos();
        Held now = Held.by(process);
        while (!now.isAtMost(before) && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            now = Held.by(process);
        }
        System.out.printf("soak: %s before %s, afterwards %s%n", name, before, now);
        assertThat(now.isAtMost(before))
                .as("%s: before %s, now %s", name, before, now)
                .isTrue();
    }

    private static void reportGrowth(List<Sample> samples) {
        double router = growthPerHour(samples.stream()
                .map(sample -> new double[] {hours(sample), sample.routerKilobytes()})
                .toList());
        double oracle = growthPerHour(samples.stream()
                .map(sample -> new double[] {hours(sample), sample.oracleKilobytes()})
                .toList());
        Sample last = samples.getLast();
        System.out.printf(
                "soak: memory of router %d KB, growing by %.1f %% in an hour; of oracle %d KB, by %.1f %%%n",
                last.routerKilobytes(), router * 100, last.oracleKilobytes(), oracle * 100);
        if (LENGTH.compareTo(LONG_ENOUGH_FOR_GROWTH) >= 0) {
            assertThat(router).isLessThan(MAX_GROWTH_PER_HOUR);
            assertThat(oracle).isLessThan(MAX_GROWTH_PER_HOUR);
        }
    }

    private static double hours(Sample sample) {
        return sample.at().toMillis() / 3_600_000.0;
    }

    /** The slope of the second half, by least squares, as a share of its mean: the first half is for warming up. */
    private static double growthPerHour(List<double[]> points) {
        List<double[]> half = points.subList(points.size() / 2, points.size());
        double meanTime = half.stream().mapToDouble(point -> point[0]).average().orElseThrow();
        double meanValue =
                half.stream().mapToDouble(point -> point[1]).average().orElseThrow();
        double above = half.stream()
                .mapToDouble(point -> (point[0] - meanTime) * (point[1] - meanValue))
                .sum();
        double below = half.stream()
                .mapToDouble(point -> Math.pow(point[0] - meanTime, 2))
                .sum();
        return below == 0 ? 0 : above / below / meanValue;
    }
}
