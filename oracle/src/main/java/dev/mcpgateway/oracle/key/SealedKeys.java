package dev.mcpgateway.oracle.key;

import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.storage.KeyStore;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import java.time.Clock;
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
     */
    // Two keys are never compared.
    @SuppressWarnings("ArrayRecordComponent")
    public record OpenedKey(String id, byte[] value) {
        @Override
        public String toString() {
            return "OpenedKey[id=" + id + "]";
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
    public List<OpenedKey> openOrCreate(String purpose, Supplier<OpenedKey> first) {
        List<OpenedKey> keys = open(purpose);
        if (!keys.isEmpty()) {
            return keys;
        }
        OpenedKey key = first.get();
        store.createFirst(new SealedKey(purpose, key.id(), sealer.seal(key.value()), clock.instant()));
        List<OpenedKey> created = open(purpose);
        if (created.isEmpty()) {
            throw new IllegalStateException("the store had a " + purpose + " key and lost it");
        }
        return created;
    }

    private OpenedKey open(SealedKey key) {
        return sealer.open(key.sealed())
                .map(value -> new OpenedKey(key.id(), value))
                .orElseThrow(() -> new KeysLockedException(key.purpose(), key.id()));
    }
}
