package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static dev.mcpgateway.system.Web.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mcpgateway.storage.redis.testing.RedisServer;
import dev.mcpgateway.system.Client.Tokens;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What clients are answered while Redis hangs, is gone, is full, cannot write to its disk, or has lost everything.
 * Figures F-06 and F-12: {@code system-tests/long store}.
 */
@Tag("faults")
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class StoreTroubleTest {
    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final int CALLERS = 100;
    private static final int ROUNDS = 5;
    private static final int REGISTRATIONS_UNTIL_FULL = 1_000;
    private static final Duration BETWEEN_COUNTS = Duration.ofMillis(20);

    /** Also those that a few more connections may need: far fewer than one for each caller. */
    private static final int FURTHER_THREADS = 20;

    /** Generous: the machine has other work. They take 2 s, a few milliseconds, and a quarter of a second. */
    private static final Duration FIRST_ANSWERS = Duration.ofSeconds(6);

    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final Duration RECOVERY = Duration.ofSeconds(10);

    private SmallDisk disk;
    private RedisServer redis;
    private Deployment deployment;
    private Web web;

    private record Timed(HttpResponse<String> answer, Duration duration) {
        static Timed ask(Supplier<HttpResponse<String>> question) {
            long asked = System.nanoTime();
            HttpResponse<String> answer = question.get();
            return new Timed(answer, Duration.ofNanos(System.nanoTime() - asked));
        }

        void assertSaysTryAgain(Duration within) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(duration).isLessThan(within);
        }
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        disk = SmallDisk.mount(folder.resolve("redis"));
        redis = RedisServer.start(folder.resolve("redis"));
        // Each call is a question that needs the store.
        deployment = Deployment.start(folder, redis.url(), 1, Map.of("VERIFY_MAX_AGE", "0"));
        web = new Web(deployment.certificates());
    }

    @AfterAll
    void stop() throws IOException {
        web.close();
        deployment.close();
        redis.close();
        disk.close();
    }

    private Client client() {
        return Client.register(web, deployment.echo());
    }

    private Tokens signIn(Client client) {
        return client.signIn(new User("alice", web));
    }

    @Test
    void tellsCallersToTryAgainWhileTheStoreHangs() {
        Client client = client();
        Tokens tokens = signIn(client);
        int threads = 0;
        int threadsBefore;
        List<Timed> first;
        List<Timed> later = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            connectEverybody(callers, client, tokens);
            threadsBefore = deployment.oracle().threads();
            long end = System.nanoTime() + SILENCE.toNanos();
            redis.pause();
            List<Future<Timed>> asked = askAtOnce(callers, caller -> ask(client, tokens, caller));
            while (!asked.stream().allMatch(Future::isDone)) {
                threads = Math.max(threads, deployment.oracle().threads());
                LockSupport.parkNanos(BETWEEN_COUNTS.toNanos());
            }
            first = answers(asked);
            for (int caller = 0; System.nanoTime() < end; caller++) {
                later.add(ask(client, tokens, caller));
            }
        } finally {
            redis.resume();
        }
        Duration back = awaitGoodAnswer(client, tokens);

        System.out.printf(
                "silent Redis: first answers within %s, then within %s (%d), threads %d -> %d, back after %s%n",
                longest(first), longest(later), later.size(), threadsBefore, threads, back);
        assertThat(first).allSatisfy(timed -> timed.assertSaysTryAgain(FIRST_ANSWERS));
        assertThat(later).isNotEmpty().allSatisfy(timed -> timed.assertSaysTryAgain(AT_ONCE));
        assertThat(threads).isLessThan(threadsBefore + FURTHER_THREADS);
        assertThat(back).isLessThan(RECOVERY);
        assertThat(client.refresh(tokens.refresh()).statusCode()).isEqualTo(200);
    }

    /**
     * So that only answers are timed afterwards. Connections on which a full disk was reported are given up a little
     * later, with what is asked on them.
     */
    private static void connectEverybody(ExecutorService callers, Client client, Tokens tokens) {
        long end = System.nanoTime() + RECOVERY.toNanos();
        List<Timed> connected = answers(askAtOnce(callers, _ -> Timed.ask(() -> client.initialize(tokens.access()))));
        while (connected.stream().anyMatch(timed -> timed.answer.statusCode() != 200) && System.nanoTime() < end) {
            connected = answers(askAtOnce(callers, _ -> Timed.ask(() -> client.initialize(tokens.access()))));
        }
        assertThat(connected)
                .allSatisfy(timed -> assertThat(timed.answer.statusCode()).isEqualTo(200));
    }

    private static List<Future<Timed>> askAtOnce(ExecutorService callers, IntFunction<Timed> question) {
        return IntStream.range(0, CALLERS)
                .mapToObj(caller -> callers.submit(() -> question.apply(caller)))
                .toList();
    }

    /** Of two, one refreshes and the other calls the service. */
    private static Timed ask(Client client, Tokens tokens, int caller) {
        return caller % 2 == 0
                ? Timed.ask(() -> client.refresh(tokens.refresh()))
                : Timed.ask(() -> client.initialize(tokens.access()));
    }

    private static List<Timed> answers(List<Future<Timed>> asked) {
        List<Timed> answers = new ArrayList<>();
        try {
            for (Future<Timed> each : asked) {
                answers.add(each.get());
            }
            return answers;
        } catch (ExecutionException e) {
            throw new AssertionError("no answer", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while waiting for an answer", e);
        }
    }

    private static Duration longest(List<Timed> all) {
        return all.stream().map(Timed::duration).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    private static Duration awaitGoodAnswer(Client client, Tokens tokens) {
        long begin = System.nanoTime();
        Timed last = Timed.ask(() -> client.initialize(tokens.access()));
        while (last.answer.statusCode() != 200 && System.nanoTime() - begin < RECOVERY.toNanos()) {
            assertThat(last.answer.statusCode()).isEqualTo(503);
            last = Timed.ask(() -> client.initialize(tokens.access()));
        }
        assertThat(last.answer.statusCode()).isEqualTo(200);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Test
    void tellsCallersToTryAgainWhileTheStoreIsGone() throws IOException {
        Client client = client();
        Tokens tokens = signIn(client);
        int threadsBefore = deployment.oracle().threads();
        redis.kill();
        Timed first = ask(client, tokens, 0);
        List<Timed> later = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                later.addAll(answers(askAtOnce(callers, caller -> ask(client, tokens, caller))));
            }
        }
        int threads = deployment.oracle().threads();
        redis.start();
        Duration back = awaitGoodAnswer(client, tokens);

        System.out.printf(
                "no Redis: the first answer within %s, then within %s (%d), threads %d -> %d, back after %s%n",
                first.duration, longest(later), later.size(), threadsBefore, threads, back);
        first.assertSaysTryAgain(FIRST_ANSWERS);
        assertThat(later).allSatisfy(timed -> timed.assertSaysTryAgain(FIRST_ANSWERS));
        assertThat(threads).isLessThan(threadsBefore + FURTHER_THREADS);
        assertThat(back).isLessThan(RECOVERY);
        assertThat(client.refresh(tokens.refresh()).statusCode()).isEqualTo(200);
    }

    @Test
    void goesOnDecidingWhenTheStoreCannotWriteToItsDisk() throws IOException {
        assumeTrue(disk.isMounted(), "no small disk can be mounted here, so none can be filled");
        Client client = client();
        Tokens tokens = signIn(client);
        Registrar registrar = Registrar.of(web, deployment.echo());

        disk.fill();
        List<Integer> calls = new ArrayList<>();
        Timed refused = Timed.ask(() -> registrar.ask(Registrar.PUBLIC));
        // What Redis takes before it has met the full disk is in its memory, and on the disk once there is room.
        for (int i = 0; refused.answer.statusCode() == 201 && i < REGISTRATIONS_UNTIL_FULL; i++) {
            refused = Timed.ask(() -> registrar.ask(Registrar.PUBLIC));
        }
        Timed refresh = Timed.ask(() -> client.refresh(tokens.refresh()));
        for (int i = 0; i < CALLERS; i++) {
            calls.add(client.initialize(tokens.access()).statusCode());
        }
        disk.empty();
        long emptied = System.nanoTime();
        while (registrar.ask(Registrar.PUBLIC).statusCode() != 201
                && System.nanoTime() - emptied < RECOVERY.toNanos()) {
            LockSupport.parkNanos(BETWEEN_COUNTS.toNanos());
        }
        Duration back = Duration.ofNanos(System.nanoTime() - emptied);

        System.out.printf("full disk of Redis: %d calls went on, writes are back after %s%n", calls.size(), back);
        refused.assertSaysTryAgain(FIRST_ANSWERS);
        refresh.assertSaysTryAgain(FIRST_ANSWERS);
        assertThat(calls).containsOnly(200);
        assertThat(back).isLessThan(RECOVERY);
        assertThat(client.refresh(tokens.refresh()).statusCode()).isEqualTo(200);
    }

    @Test
    void goesOnDecidingWhenTheStoreIsFull() throws IOException {
        Client client = client();
        Tokens tokens = signIn(client);
        Registrar registrar = Registrar.of(web, deployment.echo());

        redis.command("CONFIG", "SET", "maxmemory", "100kb");
        Timed registration;
        Timed refresh;
        int call;
        try {
            registration = Timed.ask(() -> registrar.ask(Registrar.PUBLIC));
            refresh = Timed.ask(() -> client.refresh(tokens.refresh()));
            call = client.initialize(tokens.access()).statusCode();
        } finally {
            redis.command("CONFIG", "SET", "maxmemory", "0");
        }

        registration.assertSaysTryAgain(FIRST_ANSWERS);
        refresh.assertSaysTryAgain(FIRST_ANSWERS);
        assertThat(call).isEqualTo(200);
        assertThat(registrar.ask(Registrar.PUBLIC).statusCode()).isEqualTo(201);
        assertThat(client.refresh(tokens.refresh()).statusCode()).isEqualTo(200);
    }

    @Test
    void asksEverybodyToSignInAgainWhenTheStoreLostEverything() throws IOException {
        Client client = client();
        Tokens tokens = signIn(client);

        redis.command("FLUSHALL");

        HttpResponse<String> call = client.initialize(tokens.access());
        assertThat(call.statusCode()).isEqualTo(401);
        assertThat(call.headers().firstValue("WWW-Authenticate").orElse(""))
                .contains("resource_metadata=", "invalid_token");
        // Not invalid_grant: the client has to register again before its user can sign in.
        HttpResponse<String> refresh = client.refresh(tokens.refresh());
        assertThat(refresh.statusCode()).isEqualTo(401);
        assertThat(json(refresh).getString("error")).isEqualTo("invalid_client");
        assertThat(web.get(client.authorize().uri()).statusCode()).isEqualTo(400);
        assertThat(Stream.generate(() -> client.initialize(tokens.access())).limit(50))
                .allSatisfy(each -> assertThat(each.statusCode()).isEqualTo(401));
        Client another = client();
        assertThat(another.initialize(signIn(another).access()).statusCode()).isEqualTo(200);
    }

    @Test
    void goesOnWhereABackupEndedWhenTheStoreLostEverything() throws Exception {
        Client client = client();
        Tokens tokens = tokens(client.refresh(signIn(client).refresh()));
        Client busy = client();
        Tokens early = signIn(busy);

        byte[] backup = admin("GET", "/admin/export", new byte[0]);
        Tokens late = tokens(busy.refresh(tokens(busy.refresh(early.refresh())).refresh()));
        redis.command("FLUSHALL");
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(401);
        String report = new String(admin("POST", "/admin/import", backup), UTF_8);
        deployment.oracle().close();
        deployment.oracle().startAgain();

        assertThat(report).contains("\"ended\":0}").doesNotContain("\"grant\":{\"added\":0");
        awaitGoodAnswer(client, tokens);
        assertThat(client.initialize(tokens(client.refresh(tokens.refresh())).access())
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.initialize(signIn(client).access()).statusCode()).isEqualTo(200);
        // What was used since the backup is ahead of it, and good all the same.
        assertThat(busy.initialize(late.access()).statusCode()).isEqualTo(200);
        assertThat(busy.initialize(tokens(busy.refresh(late.refresh())).access())
                        .statusCode())
                .isEqualTo(200);
    }

    private byte[] admin(String method, String path, byte[] body) throws Exception {
        try (HttpClient operator = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer = operator.send(
                    HttpRequest.newBuilder(deployment.management().resolve(path))
                            .header("Authorization", "Bearer " + deployment.adminToken())
                            .method(method, BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body();
        }
    }
}
