package dev.mcpgateway.storage.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.StoreException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CircuitTest {
    private static final int CALLERS = 2;

    private final UncheckedIOException away = new UncheckedIOException(new ConnectException("refused"));
    private final BlockingQueue<Boolean> probes = new LinkedBlockingQueue<>();
    private final AtomicInteger asked = new AtomicInteger();

    private final Circuit circuit =
            new Circuit("a store", CALLERS, UncheckedIOException.class::isInstance, this::nextProbe);

    @AfterEach
    void close() {
        circuit.close();
        probes.add(true);
    }

    /** Waits until the test says whether the store answers. */
    private void nextProbe() {
        try {
            if (!probes.take()) {
                throw away;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String ask() {
        return circuit.call(() -> "answer " + asked.incrementAndGet());
    }

    private void fail(RuntimeException failure) {
        assertThatThrownBy(() -> circuit.call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    private void awaitRecovery() {
        while (true) {
            try {
                ask();
                return;
            } catch (StoreException _) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void passesAnswersAndRefusalsOn() {
        fail(new IllegalStateException("a refusal"));

        assertThat(ask()).isEqualTo("answer 1");
    }

    @Test
    void answersForAStoreThatIsAway() {
        fail(away);

        assertThatThrownBy(this::ask)
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("a store is away")
                .hasCause(away);
        assertThat(asked).hasValue(0);
    }

    @Test
    void asksAfterItUntilItIsBack() {
        fail(away);
        probes.addAll(List.of(false, false));

        probes.add(true);
        awaitRecovery();

        assertThat(probes).isEmpty();
        assertThat(asked).hasValue(1);
    }

    @Test
    void canGoAwayAgain() {
        fail(away);
        probes.add(true);
        awaitRecovery();

        fail(away);

        assertThatThrownBy(this::ask).isInstanceOf(StoreException.class);
    }

    @Test
    void takesALateFailureForNoNews() throws Exception {
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> late = threads.submit(() -> circuit.call(() -> {
                begun.countDown();
                awaitQuietly(end);
                throw away;
            }));
            begun.await();
            fail(away);
            probes.add(true);
            awaitRecovery();

            end.countDown();

            assertThatThrownBy(late::get).hasCause(away);
            assertThat(ask()).startsWith("answer");
        }
    }

    @Test
    void letsAFewAskAtATime() throws Exception {
        var asking = new CountDownLatch(CALLERS);
        var end = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                threads.execute(() -> circuit.call(() -> {
                    asking.countDown();
                    awaitQuietly(end);
                    return "late";
                }));
            }
            asking.await();

            assertThatThrownBy(this::ask)
                    .isInstanceOf(StoreException.class)
                    .hasMessage("a store is asked more than it can answer");

            end.countDown();
        }
        assertThat(ask()).isEqualTo("answer 1");
    }

    @Test
    void sendsThoseWhoWaitAwayOnceTheStoreIsAway() throws Exception {
        var asking = new CountDownLatch(CALLERS);
        var end = new CountDownLatch(1);
        List<Future<String>> waiting = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                threads.execute(() -> assertThatThrownBy(() -> circuit.call(() -> {
                            asking.countDown();
                            awaitQuietly(end);
                            throw away;
                        }))
                        .isSameAs(away));
            }
            asking.await();
            for (int i = 0; i < 100; i++) {
                waiting.add(threads.submit(this::ask));
            }

            end.countDown();

            assertThat(waiting)
                    .allSatisfy(one -> assertThatThrownBy(() -> one.get(10, TimeUnit.SECONDS))
                            .hasCauseInstanceOf(StoreException.class));
        }
        assertThat(asked).hasValue(0);
    }

    @Test
    void asksNoMoreOnceItIsClosed() {
        fail(away);
        circuit.close();

        probes.add(false);

        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!probes.isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
        assertThatThrownBy(this::ask).isInstanceOf(StoreException.class);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
