package dev.mcpgateway.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.CodeStore.Consumption;
import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.TokenStore.Presented;
import dev.mcpgateway.storage.TokenStore.Rotation;
import dev.mcpgateway.storage.contract.SettableClock;
import dev.mcpgateway.storage.jdbc.testing.PostgresServer;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens when a PostgreSQL server hangs, dies, restarts, or is slow. Each test does so to a real one. */
@Timeout(120)
class PostgresTroubleTest {
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(3);
    private static final Duration AT_ONCE = Duration.ofMillis(50);
    private static final Duration RECOVERY = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static PostgresServer server;

    private final SettableClock clock = new SettableClock();
    private String url;
    private JdbcStore store;

    @BeforeAll
    static void start() throws Exception {
        // What a killed process wrote is safe with the operating system.
        server = PostgresServer.create("fsync=off", "synchronous_commit=on");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        url = server.newSchema();
        store = JdbcStore.open(PostgresUrl.parse(url), clock);
        grant("family");
    }

    @AfterEach
    void close() {
        store.close();
    }

    private IssuedCode code(String name) {
        return new IssuedCode(name, "client", "u", "c", name, "user", "User", "r", "s", end());
    }

    private NewGrant newGrant(String name) {
        return new NewGrant(name, "client", "user", "User", "r", "s", "h", clock.instant(), end(), end());
    }

    private Instant end() {
        return clock.instant().plus(Duration.ofDays(1));
    }

    private void grant(String name) {
        store.codes().issue(code(name));
        store.codes().consume(name, newGrant(name));
    }

    private Rotation rotate(String family, long sequence) {
        return store.tokens()
                .rotate(new Presented(
                        family, sequence, "h", "client", clock.instant(), Duration.ofDays(1), Duration.ZERO, 0));
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** How long it took until the store answered again. */
    private Duration recovery() {
        long began = System.nanoTime();
        while (true) {
            try {
                store.tokens().findGrant("family");
                return since(began);
            } catch (StoreException e) {
                assertThat(since(began)).as(e.getMessage()).isLessThan(PATIENCE);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** How long the caller waited to hear that there is no answer. */
    private Duration timeToFailure() {
        long began = System.nanoTime();
        assertThatThrownBy(() -> store.tokens().findGrant("family")).isInstanceOf(StoreException.class);
        return since(began);
    }

    @Test
    void answersAtOnceWhileTheServerHangsAndRecoversByItself() throws Exception {
        int threads = Thread.activeCount();
        server.pause();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Duration>> first = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                first.add(callers.submit(this::timeToFailure));
            }
            for (Future<Duration> one : first) {
                assertThat(one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isLessThan(LONGEST_ANSWER);
            }

            long opened = System.nanoTime();
            List<Duration> later = new ArrayList<>();
            while (since(opened).compareTo(Duration.ofSeconds(3)) < 0) {
                later.add(timeToFailure());
            }
            later.sort(null);
            assertThat(later.get(later.size() * 99 / 100)).isLessThan(AT_ONCE);
            assertThat(later).hasSizeGreaterThan(1_000);
            assertThat(Thread.activeCount()).isLessThan(threads + 10);
        } finally {
            server.goOn();
        }

        assertThat(recovery()).isLessThan(RECOVERY);
        assertThat(rotate("family", 0)).isInstanceOf(Rotation.Advanced.class);
    }

    @Test
    void comesBackWhenTheServerDoes() throws Exception {
        server.kill();
        assertThatThrownBy(() -> store.check()).isInstanceOf(StoreException.class);
        assertThat(timeToFailure()).isLessThan(AT_ONCE);

        server.start();

        assertThat(recovery()).isLessThan(RECOVERY);
        store.check();
    }

    @Test
    void letsNobodyHangWhileARowIsLocked() throws Exception {
        try (Connection outsider = server.connect();
                var statement = outsider.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            outsider.setAutoCommit(false);
            outsider.setSchema(url.substring(url.lastIndexOf('=') + 1));
            statement.execute("SELECT * FROM grants WHERE family_id = 'family' FOR UPDATE");

            List<Future<Duration>> waiting = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                waiting.add(threads.submit(() -> {
                    long began = System.nanoTime();
                    assertThatThrownBy(() -> rotate("family", 0)).isInstanceOf(StoreException.class);
                    return since(began);
                }));
            }
            for (Future<Duration> one : waiting) {
                assertThat(one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isLessThan(LONGEST_ANSWER);
            }
            // A server that answers is not away.
            assertThat(store.tokens().findGrant("family")).isPresent();
            outsider.rollback();
        }

        assertThat(rotate("family", 0)).isInstanceOf(Rotation.Advanced.class);
    }

    @Test
    void survivesTheInterruptionOfItsCallers() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                Future<?> caller = threads.submit(() -> store.tokens().revokeUser("nobody", clock.instant()));
                clock.advance(Duration.ofMillis(1));
                caller.cancel(true);
            }
        }

        assertThat(recovery()).isLessThan(RECOVERY);
        for (int i = 0; i < 20; i++) {
            assertThat(store.tokens().findGrant("family")).isPresent();
        }
    }

    /** Writes without end, and remembers what was acknowledged. */
    private final class Writer implements Runnable {
        private final String name;
        private final AtomicBoolean ended;
        private final Set<String> registered = ConcurrentHashMap.newKeySet();
        private final Set<String> issued = ConcurrentHashMap.newKeySet();
        private final Set<String> consumed = ConcurrentHashMap.newKeySet();
        private final Set<String> rotated = ConcurrentHashMap.newKeySet();
        private final Set<String> revoked = ConcurrentHashMap.newKeySet();
        private final AtomicInteger failures = new AtomicInteger();

        Writer(String name, AtomicBoolean ended) {
            this.name = name;
            this.ended = ended;
        }

        @Override
        public void run() {
            for (int i = 0; !ended.get(); i++) {
                try {
                    write(name + "-" + i + (i % 3 == 0 ? "-revoke" : "-keep"));
                } catch (StoreException _) {
                    failures.incrementAndGet();
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        }

        private void write(String one) {
            store.clients().create(new RegisteredClient(one, null, null, "{}", clock.instant(), end()));
            registered.add(one);
            store.codes().issue(code(one));
            issued.add(one);
            assertThat(store.codes().consume(one, newGrant(one)).orElseThrow()).isInstanceOf(Consumption.Fresh.class);
            consumed.add(one);
            assertThat(rotate(one, 0)).isInstanceOf(Rotation.Advanced.class);
            rotated.add(one);
            if (one.endsWith("-revoke")) {
                store.tokens().revokeFamily(one);
                revoked.add(one);
            }
        }

        void check() {
            assertThat(registered)
                    .allSatisfy(one -> assertThat(store.clients().find(one)).isPresent());
            assertThat(revoked)
                    .allSatisfy(one -> assertThat(store.tokens().findGrant(one)).isEmpty());
            assertThat(issued).allSatisfy(one -> {
                var grant = store.tokens().findGrant(one);
                boolean used = store.codes().consume(one, newGrant(one)).orElseThrow() instanceof Consumption.Replayed;
                if (consumed.contains(one)) {
                    assertThat(used).isTrue();
                }
                if (one.endsWith("-keep")) {
                    assertThat(grant.isPresent()).isEqualTo(used);
                }
                if (one.endsWith("-keep") && rotated.contains(one)) {
                    assertThat(grant.orElseThrow().sequence()).isEqualTo(1);
                }
            });
        }
    }

    @Test
    void losesNothingThatWasAcknowledgedAndDoesNothingByHalves() throws Exception {
        var ended = new AtomicBoolean();
        List<Writer> writers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                var writer = new Writer("writer" + i, ended);
                writers.add(writer);
                running.add(threads.submit(writer));
            }
            for (int kill = 0; kill < 3; kill++) {
                int goal = acknowledged(writers) + 100;
                while (acknowledged(writers) < goal) {
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
                server.kill();
                server.start();
            }
            recovery();
            int goal = acknowledged(writers) + 100;
            while (acknowledged(writers) < goal) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            ended.set(true);
            for (Future<?> one : running) {
                one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }

        assertThat(writers).anySatisfy(writer -> assertThat(writer.failures).hasPositiveValue());
        writers.forEach(Writer::check);
    }

    private static int acknowledged(List<Writer> writers) {
        return writers.stream().mapToInt(writer -> writer.rotated.size()).sum();
    }

    /** Writes down what it hears. */
    private static final class Notes implements RevocationListener {
        private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

        @Override
        public void revoked(Revocation revocation) {
            heard.add(revocation);
        }

        @Override
        public void lost() {
            heard.add("lost");
        }

        @Override
        public void restored() {
            heard.add("restored");
        }

        Object next() throws InterruptedException {
            Object next = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            return next;
        }
    }

    @Test
    void tellsListenersOfARestart() throws Exception {
        var notes = new Notes();
        try (var _ = store.watchRevocations(notes)) {
            server.kill();
            assertThat(notes.next()).isEqualTo("lost");
            server.start();
            assertThat(notes.next()).isEqualTo("restored");
            recovery();

            store.tokens().revokeFamily("family");

            assertThat(notes.next()).isEqualTo(new Revocation.Family("family"));
        }
    }

    @Test
    void tellsListenersOfAServerThatHangs() throws Exception {
        var notes = new Notes();
        try (var _ = store.watchRevocations(notes)) {
            server.pause();
            try {
                long began = System.nanoTime();
                assertThat(notes.next()).isEqualTo("lost");
                assertThat(since(began)).isLessThan(LONGEST_ANSWER);
            } finally {
                server.goOn();
            }
            assertThat(notes.next()).isEqualTo("restored");
        }
    }

    @Test
    void tellsAListenerThatComesWhileTheServerIsAway() throws Exception {
        server.kill();
        var notes = new Notes();
        try (var _ = store.watchRevocations(notes)) {
            assertThat(notes.next()).isEqualTo("lost");
            server.start();
            assertThat(notes.next()).isEqualTo("restored");
        }
    }
}
