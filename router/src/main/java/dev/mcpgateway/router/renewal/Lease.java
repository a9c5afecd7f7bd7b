package dev.mcpgateway.router.renewal;

import dev.mcpgateway.router.certificate.WholeFile;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes one of all routers on a folder order at a time. The file {@value #FILE} says who, and until when; its holder
 * renews it. It is taken over once it has expired, or, on the same machine, at once when its holder has died: that one
 * held a lock on {@value #ALIVE}. Each look and change is made under a lock on {@value #GUARD}. Clocks may differ by
 * half the lease's lifetime. Thread-safe.
 */
public final class Lease {
    static final String FILE = "lease";
    static final String GUARD = "lease.lock";
    static final String ALIVE = "lease.alive";

    private static final System.Logger LOG = System.getLogger(Lease.class.getName());
    private static final Duration GUARD_PATIENCE = Duration.ofSeconds(5);
    private static final Duration GUARD_PAUSE = Duration.ofMillis(5);
    private static final int MAX_BYTES = 4096;

    /** Locks are for processes; these are for several routers in one, where closing one file would unlock the other. */
    private static final Map<Path, ReentrantLock> GUARDS = new ConcurrentHashMap<>();

    private static final Set<Path> ALIVE_HERE = ConcurrentHashMap.newKeySet();
    private static final String KERNEL = kernel();

    private final Path folder;
    private final String name;
    private final Duration lifetime;
    private final Clock clock;

    /** What the file says; {@code isLocked} if the holder locks {@value #ALIVE} for as long as it lives. */
    private record Entry(String holder, String id, String kernel, boolean isLocked, Instant expires) {}

    /** Done by the holder alone. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException, GeneralSecurityException;
    }

    /**
     * @param folder that all routers share
     * @param name of this router, for people
     * @param lifetime after which a holder that is not heard of counts as dead
     */
    public Lease(Path folder, String name, Duration lifetime, Clock clock) {
        this.folder = folder;
        this.name = name;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /**
     * Takes the lease if nobody holds it.
     *
     * @throws IOException if the folder cannot be used, by which nobody holds it
     */
    Optional<Held> tryAcquire() throws IOException {
        WholeFile.makeFolder(folder);
        return guarded(() -> {
            Optional<Entry> before = read();
            boolean isFree = before.isEmpty() || !before.get().expires().isAfter(clock.instant());
            Alive alive = Alive.tryLock(folder.resolve(ALIVE));
            if (!isFree && !(alive.isLocked() && hasDied(before.get()))) {
                alive.close();
                return Optional.empty();
            }
            try {
                Held held = new Held(UUID.randomUUID().toString(), alive);
                held.write();
                before.ifPresent(entry -> LOG.log(
                        Level.WARNING,
                        "certificate event=lease-taken-over from=\"{0}\": it did not give it back",
                        entry.holder()));
                return Optional.of(held.start());
            } catch (IOException | RuntimeException e) {
                alive.close();
                throw e;
            }
        });
    }

    /** Who orders now; empty if nobody does. */
    Optional<String> holder() {
        try {
            return read().filter(entry -> entry.expires().isAfter(clock.instant()))
                    .map(Entry::holder);
        } catch (IOException _) {
            return Optional.empty(); // said to whoever wants to order
        }
    }

    /** Its lock is gone, which this machine would not give away while it lives. */
    private static boolean hasDied(Entry holder) {
        return holder.isLocked() && holder.kernel().equals(KERNEL);
    }

    /** The lease, held. Closing it gives it back. */
    final class Held implements AutoCloseable {
        private final String id;
        private final Alive alive;
        private final CountDownLatch closed = new CountDownLatch(1);

        private Held(String id, Alive alive) {
            this.id = id;
            this.alive = alive;
        }

        /**
         * Does something that only the holder may do; nobody takes over meanwhile.
         *
         * @return whether it was done; if not, another has the lease
         */
        boolean whileHeld(Action action) throws IOException, GeneralSecurityException {
            GeneralSecurityException[] refused = new GeneralSecurityException[1];
            boolean done = guarded(() -> {
                if (!isMine()) {
                    return false;
                }
                try {
                    action.run();
                } catch (GeneralSecurityException e) {
                    refused[0] = e;
                }
                return true;
            });
            if (refused[0] != null) {
                throw refused[0];
            }
            return done;
        }

        @Override
        public void close() {
            closed.countDown();
            try {
                guarded(() -> isMine() && Files.deleteIfExists(folder.resolve(FILE)));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "certificate event=lease-kept: it expires by itself ({0})", e.getMessage());
            } finally {
                alive.close();
            }
        }

        private Held start() {
            Thread.ofVirtual().name("certificate-lease").start(this::renewUntilClosed);
            return this;
        }

        private void renewUntilClosed() {
            try {
                while (!closed.await(lifetime.toMillis() / 4, TimeUnit.MILLISECONDS)) {
                    renew();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
            }
        }

        private void renew() {
            try {
                guarded(() -> {
                    boolean renewed = closed.getCount() > 0 && isMine();
                    if (renewed) {
                        write();
                    }
                    return renewed;
                });
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "certificate event=lease-not-renewed reason=\"{0}\"", e.getMessage());
            }
        }

        private boolean isMine() throws IOException {
            return read().filter(entry -> entry.id().equals(id)).isPresent();
        }

        private void write() throws IOException {
            WholeFile.write(
                    folder.resolve(FILE),
                    Json.createObjectBuilder()
                                    .add("holder", name)
                                    .add("id", id)
                                    .add("kernel", KERNEL)
                                    .add("locked", alive.isLocked())
                                    .add(
                                            "expires",
                                            clock.instant().plus(lifetime).toString())
                                    .build()
                            + "\n");
        }
    }

    /** A lock that ends with the process. */
    private record Alive(Path file, @Nullable FileChannel channel) {
        /** Not locked if somebody else has it. */
        static Alive tryLock(Path path) throws IOException {
            Path file = path.toAbsolutePath().normalize();
            if (!ALIVE_HERE.add(file)) {
                return new Alive(file, null);
            }
            boolean locked = false;
            FileChannel channel = null;
            try {
                channel = open(file);
                locked = channel.tryLock() != null;
                return new Alive(file, locked ? channel : null);
            } finally {
                if (!locked) {
                    ALIVE_HERE.remove(file);
                    if (channel != null) {
                        channel.close();
                    }
                }
            }
        }

        boolean isLocked() {
            return channel != null;
        }

        void close() {
            if (channel != null) {
                try {
                    channel.close();
                } catch (IOException e) {
                    LOG.log(Level.DEBUG, "certificate event=lock-kept reason=\"{0}\"", e.getMessage());
                } finally {
                    ALIVE_HERE.remove(file);
                }
            }
        }
    }

    /** Something that is done by one at a time. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws IOException;
    }

    private <T> T guarded(Step<T> step) throws IOException {
        Path file = folder.resolve(GUARD).toAbsolutePath().normalize();
        ReentrantLock here = GUARDS.computeIfAbsent(file, _ -> new ReentrantLock());
        here.lock();
        try (FileChannel channel = open(file);
                FileLock _ = lock(channel)) {
            return step.run();
        } finally {
            here.unlock();
        }
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        long end = System.nanoTime() + GUARD_PATIENCE.toNanos();
        FileLock lock = channel.tryLock();
        while (lock == null) {
            if (System.nanoTime() > end) {
                throw new IOException("another router keeps " + GUARD + " locked");
            }
            try {
                Thread.sleep(GUARD_PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("stopped while waiting for " + GUARD, e);
            }
            lock = channel.tryLock();
        }
        return lock;
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Empty if nobody has it, or if the file holds something else. */
    private Optional<Entry> read() throws IOException {
        Path file = folder.resolve(FILE);
        try {
            if (Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            try (JsonReader reader =
                    Json.createReader(new StringReader(Files.readString(file, StandardCharsets.ISO_8859_1)))) {
                JsonObject json = reader.readObject();
                Instant latest = clock.instant().plus(lifetime.multipliedBy(2)); // later is a wrong clock's
                return Optional.of(new Entry(
                                json.getString("holder"),
                                json.getString("id"),
                                json.getString("kernel"),
                                json.getBoolean("locked"),
                                Instant.parse(json.getString("expires"))))
                        .filter(entry -> entry.expires().isBefore(latest));
            }
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (RuntimeException _) { // of several kinds
            return Optional.empty();
        }
    }

    /** The same for all containers of a machine until it is started anew. */
    private static String kernel() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException _) { // another system: only expiry counts
            return UUID.randomUUID().toString();
        }
    }
}
