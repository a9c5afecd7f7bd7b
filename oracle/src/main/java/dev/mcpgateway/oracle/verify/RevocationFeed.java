package dev.mcpgateway.oracle.verify;

import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.storage.RevocationListener;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands on to those who keep answers what makes them worthless. A reader who cannot be told everything is cut off, so
 * that he notices. Thread-safe.
 */
public final class RevocationFeed implements RevocationListener, AutoCloseable {
    private static final int MAX_READERS = 64;

    /** What a reader may lag behind. */
    private static final int MAX_WAITING = 1_000;

    private final SubjectHandles handles;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
    private boolean open = true;

    /** What a reader is told. */
    sealed interface Event {
        /** @param handle of what counts no more */
        record Revoked(String handle) implements Event {}

        /** Nothing that was kept counts any more: rules or keys have changed. */
        record Flush() implements Event {}
    }

    /** Somebody who is told; closing it ends that. */
    final class Reader implements AutoCloseable {
        private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(MAX_WAITING);
        private volatile boolean ended;

        /** The next event; null if there is none in this time. */
        @Nullable
        Event next(Duration patience) throws InterruptedException {
            return events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        }

        /** Whether he has missed something, or may have. */
        boolean isEnded() {
            return ended;
        }

        private void tell(Event event) {
            if (!events.offer(event)) {
                end();
            }
        }

        private void end() {
            ended = true;
            events.clear();
            // It wakes him up.
            events.offer(new Event.Flush());
        }

        @Override
        public void close() {
            readers.remove(this);
        }
    }

    /** @param secrets the handles' own are derived from them */
    public RevocationFeed(GatewaySecrets secrets) {
        this.handles = new SubjectHandles(secrets);
    }

    SubjectHandles handles() {
        return handles;
    }

    /** Tells a reader everything from now on; empty while revocations may be missed, and if there are too many. */
    synchronized Optional<Reader> read() {
        if (!open || readers.size() >= MAX_READERS) {
            return Optional.empty();
        }
        Reader reader = new Reader();
        readers.add(reader);
        return Optional.of(reader);
    }

    /** Rules or keys have changed. */
    public void flush() {
        readers.forEach(reader -> reader.tell(new Event.Flush()));
    }

    @Override
    public void revoked(Revocation revocation) {
        handles.of(revocation).forEach(handle -> readers.forEach(reader -> reader.tell(new Event.Revoked(handle))));
    }

    @Override
    public synchronized void lost() {
        open = false;
        readers.forEach(Reader::end);
    }

    @Override
    public synchronized void restored() {
        open = true;
    }

    /** Ends every reader. */
    @Override
    public void close() {
        lost();
    }
}
