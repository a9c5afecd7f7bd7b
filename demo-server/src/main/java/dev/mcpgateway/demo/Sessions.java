package dev.mcpgateway.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.UUID;

/**
 * The sessions that are open: at most so many, the longest unused makes room. Safe for use by any number of threads.
 */
final class Sessions implements AutoCloseable {
    private final int capacity;
    private final Duration lifetime;
    private final InstantSource clock;
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(Session session, Instant lastUse) {}

    /** Keeps at most {@code capacity} sessions, each for this lifetime without use. */
    Sessions(int capacity, Duration lifetime, InstantSource clock) {
        this.capacity = capacity;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    synchronized Session open() {
        Session session = new Session(UUID.randomUUID().toString());
        dropExpired();
        if (entries.size() == capacity) {
            end(entries.firstEntry().getValue().session());
        }
        entries.put(session.id(), new Entry(session, clock.instant()));
        return session;
    }

    /** Counts as use. */
    synchronized Optional<Session> find(String id) {
        dropExpired();
        Optional<Session> session = Optional.ofNullable(entries.remove(id)).map(Entry::session);
        session.ifPresent(found -> entries.put(id, new Entry(found, clock.instant())));
        return session;
    }

    synchronized void end(Session session) {
        if (entries.remove(session.id()) != null) {
            session.close();
        }
    }

    @Override
    public synchronized void close() {
        entries.values().forEach(entry -> entry.session().close());
        entries.clear();
    }

    /** The entries stand in the order of their last use. */
    private void dropExpired() {
        Instant oldest = clock.instant().minus(lifetime);
        while (!entries.isEmpty() && entries.firstEntry().getValue().lastUse().isBefore(oldest)) {
            end(entries.firstEntry().getValue().session());
        }
    }
}
