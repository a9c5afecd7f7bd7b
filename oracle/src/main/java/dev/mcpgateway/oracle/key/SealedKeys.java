package dev.mcpgateway.oracle.key;

import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.storage.KeyStore;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** The keys of the store, opened. */
public final class SealedKeys {
    private final KeyStore store;
    private final Sealer sealer;
    private final Clock clock;

    /**
     * A key in clear.
     *
     * @param id unique within its purpose
     * @param createdAt decides the order
     */
    // Two keys are never compared.
    @SuppressWarnings("ArrayRecordComponent")
    public record OpenedKey(String id, byte[] value, Instant createdAt) {
        @Override
        public String toString() {
            return "OpenedKey[id=" + id + "]";
        }
    }

    /**
     * A key that is to be kept; it gets its moment of creation when it is sealed.
     *
     * @param id unique within its purpose
     */
    // As above.
    @SuppressWarnings("ArrayRecordComponent")
    public record NewKey(String id, byte[] value) {
        @Override
        public String toString() {
            return "NewKey[id=" + id + "]";
        }
    }

    public SealedKeys(KeyStore store, Sealer sealer, Clock clock) {
        this.store = store;
        this.sealer = sealer;
        this.clock = clock;
    }

    /**
     * Every key of the purpose, oldest first.
     *
     * @throws KeysLockedException if one was sealed under another secret
     */
    public List<OpenedKey> open(String purpose) {
        return store.list(purpose).stream().map(this::open).toList();
    }

    /**
     * As {@link #open(String)}, but a purpose that never had a key gets its first one. Of several processes starting at
     * once, all get the same.
     */
    public List<OpenedKey> openOrCreate(String purpose, Supplier<NewKey> first) {
        List<OpenedKey> keys = open(purpose);
        if (!keys.isEmpty()) {
            return keys;
        }
        store.createFirst(seal(purpose, first.get()));
        List<OpenedKey> created = open(purpose);
        if (created.isEmpty()) {
            throw new IllegalStateException("the store had a " + purpose + " key and lost it");
        }
        return created;
    }

    /**
     * Adds a key, created now, behind the newest one.
     *
     * @return false if another key is the newest by now
     */
    public boolean createNext(String purpose, NewKey key, String newestId) {
        return store.createNext(seal(purpose, key), newestId);
    }

    /** @return false if there was no such key */
    public boolean delete(String purpose, String id) {
        return store.delete(purpose, id);
    }

    private SealedKey seal(String purpose, NewKey key) {
        return new SealedKey(purpose, key.id(), sealer.seal(key.value()), clock.instant());
    }

    private OpenedKey open(SealedKey key) {
        return sealer.open(key.sealed())
                .map(value -> new OpenedKey(key.id(), value, key.createdAt()))
                .orElseThrow(() -> new KeysLockedException(key.purpose(), key.id()));
    }
}
