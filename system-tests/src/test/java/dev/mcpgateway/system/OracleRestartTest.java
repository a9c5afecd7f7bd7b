package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.redis.testing.RedisServer;
import dev.mcpgateway.system.Client.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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

    /** Each with a connection of its own, and with its next question after the answer to the one before. */
    private static final int CLIENTS = 40;

    private static final Duration BEFORE = Duration.ofSeconds(1);

    /** Until the router has noticed that an oracle is back, and gives it its share of requests. */
    private static final Duration AFTER = Duration.ofSeconds(3);

    private final Queue<Long> millis = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean running = true;

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
            URI metadata = URI.create(deployment.issuer() + "/.well-known/oauth-authorization-server");
            List<Thread> calls = IntStream.range(0, CLIENTS)
                    .mapToObj(number ->
                            Thread.ofVirtual().start(() -> callSteadily(number, web, client, tokens, metadata)))
                    .toList();

            for (int time = 0; time < TIMES; time++) {
                LockSupport.parkNanos(BEFORE.toNanos());
                ServiceProcess oracle = deployment.oracles().get(time % 2);
                end.accept(oracle);
                oracle.startAgain();
                LockSupport.parkNanos(AFTER.toNanos());
            }
            running = false;
            for (Thread each : calls) {
                each.join();
            }

            List<Long> waits = new ArrayList<>(millis);
            Collections.sort(waits);
            System.out.printf(
                    "oracles: %s %d times at %d requests/s; %d calls, %d failed; p50 %d ms, p99 %d ms, longest %d ms%n",
                    how,
                    TIMES,
                    RATE,
                    waits.size(),
                    failures.size(),
                    waits.get(waits.size() / 2),
                    waits.get(waits.size() * 99 / 100),
                    waits.getLast());
            assertThat(failures).as(() -> troubles(deployment)).isEmpty();
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

    /** Calls of a service, each of which an oracle decides on, and questions that an oracle answers, in turn. */
    private void callSteadily(int first, Web web, Client client, Tokens tokens, URI metadata) {
        long pause = Duration.ofSeconds(CLIENTS).toNanos() / RATE;
        long next = System.nanoTime() + pause * first / CLIENTS;
        for (int number = first; running; number++) {
            LockSupport.parkNanos(next - System.nanoTime());
            ask(web, client, tokens, number % 2 == 0 ? null : metadata);
            next = Math.max(next + pause, System.nanoTime());
        }
    }

    private void ask(Web web, Client client, Tokens tokens, @Nullable URI metadata) {
        long start = System.nanoTime();
        try {
            HttpResponse<String> answer =
                    metadata == null ? client.initialize(tokens.access()) : web.send(HttpRequest.newBuilder(metadata));
            if (answer.statusCode() != 200) {
                failures.add(answer.statusCode() + " from " + answer.uri().getPath() + ": " + answer.body());
            }
        } catch (RuntimeException e) {
            failures.add(e.toString());
        }
        millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
    }
}
