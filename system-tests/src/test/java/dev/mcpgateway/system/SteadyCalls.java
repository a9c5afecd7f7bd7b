package dev.mcpgateway.system;

import dev.mcpgateway.system.Client.Tokens;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Forty clients at a steady pace. Each keeps its connection, and asks its next question after the answer to the one
 * before: calls of a service, each of which an oracle decides on, and questions that an oracle answers, in turn.
 */
final class SteadyCalls {
    private static final int CLIENTS = 40;

    private final Web web;
    private final Client client;
    private final Tokens tokens;
    private final URI metadata;
    private final Queue<Long> millis = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients;
    private volatile boolean running = true;

    private SteadyCalls(Deployment deployment, Web web, Client client, Tokens tokens, int rate) {
        this.web = web;
        this.client = client;
        this.tokens = tokens;
        this.metadata = URI.create(deployment.issuer() + "/.well-known/oauth-authorization-server");
        this.clients = IntStream.range(0, CLIENTS)
                .mapToObj(number -> Thread.ofVirtual().unstarted(() -> callSteadily(number, rate)))
                .toList();
    }

    /** @param rate of all of them together, in requests a second */
    static SteadyCalls start(Deployment deployment, Web web, Client client, Tokens tokens, int rate) {
        SteadyCalls calls = new SteadyCalls(deployment, web, client, tokens, rate);
        calls.clients.forEach(Thread::start);
        return calls;
    }

    /** Waits for the answers that are under way; how many there were, and how long they took. */
    String stop() throws InterruptedException {
        running = false;
        for (Thread each : clients) {
            each.join();
        }
        List<Long> waits = new ArrayList<>(millis);
        Collections.sort(waits);
        return "%d calls, %d failed; p50 %d ms, p99 %d ms, longest %d ms"
                .formatted(
                        waits.size(),
                        failures.size(),
                        waits.get(waits.size() / 2),
                        waits.get(waits.size() * 99 / 100),
                        waits.getLast());
    }

    /** What was answered by anything but 200. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    private void callSteadily(int first, int rate) {
        long pause = Duration.ofSeconds(CLIENTS).toNanos() / rate;
        long next = System.nanoTime() + pause * first / CLIENTS;
        for (int number = first; running; number++) {
            LockSupport.parkNanos(next - System.nanoTime());
            ask(number % 2 == 0 ? null : metadata);
            next = Math.max(next + pause, System.nanoTime());
        }
    }

    private void ask(@Nullable URI document) {
        long start = System.nanoTime();
        try {
            HttpResponse<String> answer =
                    document == null ? client.initialize(tokens.access()) : web.send(HttpRequest.newBuilder(document));
            if (answer.statusCode() != 200) {
                failures.add(answer.statusCode() + " from " + answer.uri().getPath() + ": " + answer.body());
            }
        } catch (RuntimeException e) {
            failures.add(e.toString());
        }
        millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
    }
}
