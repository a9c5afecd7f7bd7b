package dev.mcpgateway.oracle.key;

import dev.mcpgateway.oracle.key.SealedKeys.NewKey;
import dev.mcpgateway.oracle.key.SealedKeys.OpenedKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one purpose, one after the other. A new key is there for a while before it is used, so that everybody
 * knows it by then; the one before stays until nothing that it made is valid any more. Which key is in which state
 * follows from when the keys were made and what time it is, so oracles that share a store agree without talking.
 * Thread-safe.
 *
 * @param <K> what a key is once it was read
 */
public final class KeyRing<K> {
    /** How often the store is read at most because somebody names an unknown key. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final SealedKeys store;
    private final String purpose;
    private final Schedule schedule;
    private final Supplier<NewKey> generator;
    private final Function<OpenedKey, K> reader;
    private final Clock clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private Instant nextSearch = Instant.MIN;
    private volatile List<Entry<K>> entries = List.of();

    /**
     * When keys come and go.
     *
     * @param publishAhead how long a key is there before it is used; the first one is used at once
     * @param interval how old the newest key gets before the next is made; zero for ever
     * @param retention how long a key stays once its successor is used
     */
    public record Schedule(Duration publishAhead, Duration interval, Duration retention) {}

    /** What a key is for at this moment. */
    public enum State {
        NEXT,
        CURRENT,
        PREVIOUS
    }

    /**
     * A key without what is secret of it.
     *
     * @param currentFrom when it is, or was, first used
     * @param until when it is deleted; null while it has no successor
     */
    public record Description(
            String id,
            State state,
            Instant createdAt,
            Instant currentFrom,
            @Nullable Instant until) {}

    private record Entry<K>(OpenedKey opened, K key) {
        String id() {
            return opened.id();
        }
    }

    private KeyRing(
            SealedKeys store,
            String purpose,
            Schedule schedule,
            Supplier<NewKey> generator,
            Function<OpenedKey, K> reader,
            Clock clock) {
        this.store = store;
        this.purpose = purpose;
        this.schedule = schedule;
        this.generator = generator;
        this.reader = reader;
        this.clock = clock;
    }

    /**
     * Opens the keys; a purpose that never had one gets its first.
     *
     * @throws KeysLockedException if a key was sealed under another secret
     */
    public static <K> KeyRing<K> open(
            SealedKeys store,
            String purpose,
            Schedule schedule,
            Supplier<NewKey> generator,
            Function<OpenedKey, K> reader,
            Clock clock) {
        KeyRing<K> ring = new KeyRing<>(store, purpose, schedule, generator, reader, clock);
        ring.take(store.openOrCreate(purpose, generator));
        return ring;
    }

    /** As {@link #open}, but only keys that are there are used, and none is made; there may be none at all. */
    public static <K> KeyRing<K> openExisting(
            SealedKeys store, String purpose, Duration retention, Function<OpenedKey, K> reader, Clock clock) {
        Schedule schedule = new Schedule(Duration.ZERO, Duration.ZERO, retention);
        KeyRing<K> ring = new KeyRing<>(store, purpose, schedule, KeyRing::none, reader, clock);
        ring.take(store.open(purpose));
        return ring;
    }

    private static NewKey none() {
        throw new IllegalStateException("no key is made for this purpose");
    }

    /** The key to use now. */
    public K current() {
        List<Entry<K>> all = entries;
        return all.get(currentIndex(all)).key();
    }

    /** The key of this id. One that is unknown here may be new in the store, which is asked now and then. */
    public Optional<K> find(String id) {
        Optional<K> known = known(id);
        return known.isPresent() || !maySearch() ? known : search(id);
    }

    /** Every key, oldest first. */
    public List<K> all() {
        return entries.stream().map(Entry::key).toList();
    }

    public List<Description> describe() {
        List<Entry<K>> all = entries;
        int current = currentIndex(all);
        List<Description> descriptions = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            State state = i == current ? State.CURRENT : i < current ? State.PREVIOUS : State.NEXT;
            descriptions.add(new Description(
                    all.get(i).id(),
                    state,
                    all.get(i).opened().createdAt(),
                    currentFrom(all, i),
                    i + 1 < all.size() ? currentFrom(all, i + 1).plus(schedule.retention()) : null));
        }
        return descriptions;
    }

    /** Is told whenever the keys are others than before. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Reads the store, makes the next key when it is time, and deletes what nobody needs any more. */
    public void turn() {
        reload();
        Instant now = clock.instant();
        boolean due = !entries.isEmpty()
                && !schedule.interval().isZero()
                && !newest().createdAt().plus(schedule.interval()).isAfter(now);
        if (due) {
            rotate();
        }
        List<Description> ended = describe().stream()
                .filter(key -> key.until() != null && !key.until().isAfter(now))
                .toList();
        ended.forEach(key -> store.delete(purpose, key.id()));
        if (!ended.isEmpty()) {
            reload();
        }
    }

    /**
     * Makes the next key. Of several oracles that do so at once, one makes it.
     *
     * @return false if a key waits for its turn already
     */
    public boolean rotate() {
        reload();
        List<Entry<K>> all = entries;
        if (currentIndex(all) < all.size() - 1) {
            return false;
        }
        boolean created = store.createNext(purpose, generator.get(), newest().id());
        reload();
        return created;
    }

    /**
     * Deletes a key now: whatever it made is refused from here on, by other oracles within seconds. Where it is the
     * only one, another takes its place at once.
     *
     * @return false if there is no such key
     */
    public boolean withdraw(String id) {
        reload();
        List<Entry<K>> all = entries;
        if (all.stream().noneMatch(entry -> entry.id().equals(id))) {
            return false;
        }
        if (all.size() == 1) {
            store.createNext(purpose, generator.get(), id);
        }
        boolean deleted = store.delete(purpose, id);
        reload();
        return deleted;
    }

    private void reload() {
        List<OpenedKey> read = store.open(purpose);
        if (!read.isEmpty()) {
            take(read);
        }
    }

    /** Keys that are known already are not read again. */
    private void take(List<OpenedKey> read) {
        List<Entry<K>> before = entries;
        List<Entry<K>> after = read.stream()
                .map(opened -> before.stream()
                        .filter(entry -> entry.id().equals(opened.id()))
                        .findFirst()
                        .orElseGet(() -> new Entry<>(opened, reader.apply(opened))))
                .toList();
        entries = after;
        if (!ids(before).equals(ids(after))) {
            listeners.forEach(Runnable::run);
        }
    }

    private OpenedKey newest() {
        return entries.getLast().opened();
    }

    private int currentIndex(List<Entry<K>> all) {
        Instant now = clock.instant();
        int current = 0;
        for (int i = 1; i < all.size(); i++) {
            if (!currentFrom(all, i).isAfter(now)) {
                current = i;
            }
        }
        return current;
    }

    private Instant currentFrom(List<Entry<K>> all, int index) {
        Instant createdAt = all.get(index).opened().createdAt();
        return index == 0 ? createdAt : createdAt.plus(schedule.publishAhead());
    }

    private synchronized boolean maySearch() {
        Instant now = clock.instant();
        if (now.isBefore(nextSearch)) {
            return false;
        }
        nextSearch = now.plus(PATIENCE);
        return true;
    }

    private Optional<K> search(String id) {
        reload();
        return known(id);
    }

    private Optional<K> known(String id) {
        return entries.stream()
                .filter(entry -> entry.id().equals(id))
                .findFirst()
                .map(Entry::key);
    }

    private static List<String> ids(List<? extends Entry<?>> entries) {
        return entries.stream().map(Entry::id).toList();
    }
}
