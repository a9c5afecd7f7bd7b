package dev.mcpgateway.router.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeaseTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();

    @Test
    void oneHoldsItAtATime() throws IOException {
        Lease.Held held = lease("one").tryAcquire().orElseThrow();

        assertThat(lease("two").tryAcquire()).isEmpty();
        assertThat(lease("two").holder()).contains("one");

        held.close();
        assertThat(lease("two").holder()).isEmpty();
        try (Lease.Held _ = lease("two").tryAcquire().orElseThrow()) {
            assertThat(lease("one").holder()).contains("two");
        }
    }

    @Test
    void neverTwoOfManyInOneProcess() throws Exception {
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger acquired = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 6; i++) {
                Lease lease = new Lease(folder, "router " + i, MINUTE, Clock.systemUTC());
                running.add(threads.submit(() -> {
                    for (int turn = 0; turn < 15; turn++) {
                        Optional<Lease.Held> held = lease.tryAcquire();
                        if (held.isPresent()) {
                            try (Lease.Held _ = held.get()) {
                                most.accumulateAndGet(holders.incrementAndGet(), Math::max);
                                acquired.incrementAndGet();
                                LockSupport.parkNanos(1_000_000);
                                holders.decrementAndGet();
                            }
                        }
                    }
                    return null;
                }));
            }
        }
        for (Future<?> future : running) {
            future.get();
        }

        assertThat(most.get()).isEqualTo(1);
        assertThat(acquired.get()).isPositive();
    }

    @Test
    void aKilledHolderOfThisMachineIsTakenOverAtOnce() throws Exception {
        Lease lease = new Lease(folder, "this", MINUTE, Clock.systemUTC());
        try (LeaseProcess holder = LeaseProcess.start(folder, MINUTE)) {
            assertThat(lease.tryAcquire()).isEmpty();
            assertThat(lease.holder()).contains("another");
            assertThat(holder.actsAsHolder()).isTrue();
            assertThat(lease.tryAcquire()).isEmpty(); // the first look did not take its lock away
        } // kill -9

        try (Lease.Held held = lease.tryAcquire().orElseThrow()) {
            assertThat(held.whileHeld(() -> {})).isTrue();
        }
    }

    @Test
    void aPausedHolderIsTakenOverAndNoticesIt() throws Exception {
        Duration lifetime = Duration.ofMillis(800);
        Lease lease = new Lease(folder, "this", lifetime, Clock.systemUTC());
        try (LeaseProcess holder = LeaseProcess.start(folder, lifetime)) {
            holder.signal("STOP");
            Lease.Held held = eventually(lease);
            holder.signal("CONT");

            assertThat(holder.actsAsHolder()).isFalse();
            assertThat(held.whileHeld(() -> {})).isTrue();
            held.close();
        }
    }

    @Test
    void aDeadHolderOfAnotherMachineIsTakenOverWhenItsTimeIsUp() throws IOException {
        write("\"elsewhere\"", clock.instant().plusSeconds(50).toString());

        assertThat(lease("one").tryAcquire()).isEmpty();
        clock.advance(Duration.ofSeconds(50));
        lease("one").tryAcquire().orElseThrow().close();
    }

    @Test
    void isRenewedWhileItIsHeld() throws IOException {
        Lease lease = new Lease(folder, "one", Duration.ofMillis(400), Clock.systemUTC());
        Lease other = new Lease(folder, "two", Duration.ofMillis(400), Clock.systemUTC());
        try (Lease.Held _ = lease.tryAcquire().orElseThrow()) {
            long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            while (System.nanoTime() < end) {
                assertThat(other.tryAcquire()).isEmpty();
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    @Test
    void aHolderWhoseTimeIsUpGoesOnUnlessAnotherTookOver() throws Exception {
        Lease.Held one = lease("one").tryAcquire().orElseThrow();
        clock.advance(MINUTE.plusSeconds(1));
        assertThat(one.whileHeld(() -> {})).isTrue();

        Lease.Held two = lease("two").tryAcquire().orElseThrow();

        assertThat(one.whileHeld(() -> {
                    throw new AssertionError("must not run");
                }))
                .isFalse();
        one.close();
        assertThat(lease("three").holder()).contains("two");
        two.close();
    }

    @Test
    void garbageAndAWrongClocksWordDoNotHoldItForEver() throws IOException {
        Files.writeString(folder.resolve(Lease.FILE), "{garbage");
        lease("one").tryAcquire().orElseThrow().close();

        write("\"elsewhere\"", "2999-01-01T00:00:00Z");
        lease("one").tryAcquire().orElseThrow().close();
    }

    @Test
    void aFolderThatCannotBeWrittenGivesNobodyTheLease() throws IOException {
        Files.createDirectories(folder.resolve("lease.new/obstacle"));

        assertThatThrownBy(() -> lease("one").tryAcquire()).isInstanceOf(IOException.class);

        Files.delete(folder.resolve("lease.new/obstacle"));
        lease("one").tryAcquire().orElseThrow().close();
    }

    @Test
    void itsFilesAreForTheirOwnerAlone() throws IOException {
        try (Lease.Held _ = lease("one").tryAcquire().orElseThrow()) {
            for (String file : List.of(Lease.FILE, Lease.GUARD, Lease.ALIVE)) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
                        .isEqualTo("rw-------");
            }
        }
    }

    private Lease lease(String name) {
        return new Lease(folder, name, MINUTE, clock);
    }

    private static Lease.Held eventually(Lease lease) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (System.nanoTime() < end) {
            Optional<Lease.Held> held = lease.tryAcquire();
            if (held.isPresent()) {
                return held.get();
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError("nobody took over");
    }

    private void write(String kernel, String expires) throws IOException {
        Files.writeString(folder.resolve(Lease.FILE), """
                {"holder":"gone","id":"x","kernel":%s,"locked":true,"expires":"%s"}
                """.formatted(kernel, expires));
    }
}
