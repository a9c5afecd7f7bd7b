package dev.mcpgateway.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.redis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens when Redis hangs, is gone, is full or forgets, or when its callers are gone. */
@Timeout(120)
class TroubleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Of calls to a store that hangs. The goal is 3 s; a loaded machine gets more. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(6);

    @TempDir
    Path folder;

    private RedisServer server;
    private Store store;

    @BeforeEach
    void open() throws IOException {
        server = RedisServer.start(folder);
        store = StoreProvider.openAny(server.url(), Clock.systemUTC());
        grant("family");
    }

    @AfterEach
    void close() {
        store.close();
        server.close();
    }

    private void grant(String familyId) {
        Instant now = Instant.now();
        Instant end = now.plus(Duration.ofDays(1));
        store.codes().issue(new IssuedCode(familyId, "client", "u", "c", familyId, "user", "User", "r", "s", end));
        store.codes().consume(familyId, new NewGrant(familyId, "client", "user", "User", "r", "s", "h", now, end, end));
    }

    private RegisteredClient client(String id, String metadata) {
        return new RegisteredClient(
                id, null, null, metadata, Instant.now(), Instant.now().plus(Duration.ofDays(1)));
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Waits until the store answers; returns how long that took. */
    private Duration recovery() {
        long began = System.nanoTime();
        while (true) {
            try {
                store.check();
                return since(began);
            } catch (StoreException e) {
                assertThat(since(began)).as(e.getMessage()).isLessThan(PATIENCE);
            }
        }
    }

    @Test
    void answersForAServerThatHangsAndComesBackWithIt() throws Exception {
        int threadsBefore = Thread.activeCount();
        server.pause();

        long began = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                callers.add(threads.submit(
                        () -> assertThatThrownBy(() -> store.tokens().findGrant("family"))
                                .isInstanceOf(StoreException.class)));
            }
            for (Future<?> caller : callers) {
                caller.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
        Duration first = since(began);
        long again = System.nanoTime();
        assertThatThrownBy(() -> store.check())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("Redis at 127.0.0.1");
        Duration open = since(again);
        int threadsMeanwhile = Thread.activeCount();
        server.resume();
        Duration back = recovery();

        System.out.printf("hanging Redis: first answers %s, then %s, back after %s%n", first, open, back);
        assertThat(first).isLessThan(LONGEST_ANSWER);
        assertThat(open).isLessThan(Duration.ofMillis(500));
        assertThat(back).isLessThan(Duration.ofSeconds(10));
        assertThat(threadsMeanwhile).isLessThan(threadsBefore + 10);
        assertThat(store.tokens().findGrant("family")).isPresent();
    }

    @Test
    void losesNothingWhenTheServerIsKilledAndComesBackWithIt() throws Exception {
        store.clients().create(client("kept", "{}"));

        server.kill();
        assertThatThrownBy(() -> store.check()).isInstanceOf(StoreException.class);
        long again = System.nanoTime();
        assertThatThrownBy(() -> store.check()).isInstanceOf(StoreException.class);
        Duration open = since(again);
        server.start();
        Duration back = recovery();

        System.out.printf("killed Redis: answers %s while it is away, back after %s%n", open, back);
        assertThat(open).isLessThan(Duration.ofMillis(500));
        assertThat(back).isLessThan(Duration.ofSeconds(10));
        assertThat(store.clients().find("kept")).isPresent();
        assertThat(store.tokens().findGrant("family")).isPresent();
        assertThat(store.codes().find("family")).isPresent();
    }

    @Test
    void leavesNothingHalfDoneWhenTheServerIsKilledInTheMiddle() throws Exception {
        int number = 0;
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<String>> granted = new ArrayList<>();
                for (int i = 0; i < 400; i++) {
                    String family = "family-" + ++number;
                    granted.add(threads.submit(() -> {
                        grant(family);
                        return family;
                    }));
                }
                granted.getFirst().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                server.kill();
                for (Future<String> one : granted) {
                    switch (one.state()) {
                        case SUCCESS -> acknowledged.add(one.resultNow());
                        default -> acknowledged.addAll(outcome(one));
                    }
                }
            }
            server.start();
            recovery();
        }

        assertThat(acknowledged).isNotEmpty().allSatisfy(family -> {
            assertThat(store.tokens().findGrant(family)).isPresent();
        });
        // A grant is there exactly if its code is used up.
        for (int i = 1; i <= number; i++) {
            String family = "family-" + i;
            boolean used = !server.command("EXISTS", Keys.redemption(family)).equals(":0");
            assertThat(store.tokens().findGrant(family).isPresent()).as(family).isEqualTo(used);
        }
    }

    private static List<String> outcome(Future<String> call) throws Exception {
        try {
            return List.of(call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(StoreException.class);
            return List.of();
        }
    }

    @Test
    void goesOnReadingAndRevokingWhenTheServerIsFull() throws Exception {
        grant("stolen");
        server.command("CONFIG", "SET", "maxmemory", "100kb");

        assertThatThrownBy(() -> store.clients().create(client("another", "{}")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("maxmemory");

        assertThat(store.tokens().findGrant("family")).isPresent();
        assertThatThrownBy(() -> grant("another"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("maxmemory");
        assertThat(store.tokens().revokeFamily("stolen")).isTrue();
        assertThat(store.tokens().revokeUser("user", Instant.now())).isOne();
        assertThat(store.tokens().findGrant("family")).isEmpty();
        store.check();
        server.command("CONFIG", "SET", "maxmemory", "0");
        store.clients().create(client("another", "{}"));
    }

    @Test
    void knowsNothingOnceTheServerHasForgotten() throws Exception {
        server.command("FLUSHALL");

        assertThat(store.tokens().findGrant("family")).isEmpty();
        assertThat(store.codes().consume("family", grantOf("family"))).isEmpty();
        assertThat(store.tokens().list(null, 10).items()).isEmpty();
        grant("another");
        assertThat(store.tokens().findGrant("another")).isPresent();
    }

    private static NewGrant grantOf(String familyId) {
        Instant now = Instant.now();
        return new NewGrant(familyId, "client", "user", "User", "r", "s", "h", now, now, now);
    }

    @Test
    void survivesItsScriptsBeingForgotten() throws Exception {
        server.command("SCRIPT", "FLUSH");

        assertThat(store.tokens().findGrant("family")).isPresent();
        grant("another");
    }

    @Test
    void survivesTheInterruptionOfItsCallers() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                Future<?> caller = threads.submit(() -> store.tokens().findGrant("family"));
                caller.cancel(true);
            }
            Future<Object> interrupted = threads.submit(() -> {
                Thread.currentThread().interrupt();
                return outcomeOf(() -> store.tokens().findGrant("family"));
            });
            interrupted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        store.check();
        assertThat(store.tokens().findGrant("family")).isPresent();
    }

    private static Object outcomeOf(Callable<?> call) throws Exception {
        try {
            return call.call();
        } catch (StoreException e) {
            return e;
        }
    }

    @Test
    void servesManyCallersWithFewConnections() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                answers.add(
                        threads.submit(() -> store.tokens().findGrant("family").isPresent()));
            }
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }
}
