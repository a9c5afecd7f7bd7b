package dev.mcpgateway.oracle.key;

import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.storage.KeyStore;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The keys of the store, opened. */
public final class SealedKeys {
    private static final Logger LOGGER = System.getLogger(SealedKeys.class.getName());
    private static final String LABEL = "signing-keys";

    private final KeyStore store;
    private final Sealer sealer;
    private final @Nullable Sealer next;
    private final @Nullable Sealer previous;
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

    public SealedKeys(KeyStore store, GatewaySecrets secrets, Clock clock) {
        this.store = store;
        this.sealer = Sealer.of(secrets.current(), LABEL);
        this.next = secrets.next() == null ? null : Sealer.of(secrets.next(), LABEL);
        this.previous = secrets.previous() == null ? null : Sealer.of(secrets.previous(), LABEL);
        this.clock = clock;
    }

    /**
     * Every key of the purpose, oldest first. One that the previous secret seals is sealed anew under the current one;
     * one that the next secret seals stays, as the oracles that have that one already sealed it so.
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
                .or(() -> next == null ? Optional.empty() : next.open(key.sealed()))
                .or(() -> openPrevious(key))
                .map(value -> new OpenedKey(key.id(), value, key.createdAt()))
                .orElseThrow(() -> new KeysLockedException(key.purpose(), key.id()));
    }

    private Optional<byte[]> openPrevious(SealedKey key) {
        if (previous == null) {
            return Optional.empty();
        }
        Optional<byte[]> value = previous.open(key.sealed());
        // Whoever comes second changes nothing: the key is sealed anew already, or was deleted.
        value.filter(opened -> store.replace(key, sealer.seal(opened)))
                .ifPresent(_ -> LOGGER.log(Level.INFO, "key sealed anew: purpose={0} id={1}", key.purpose(), key.id()));
        return value;
    }
}
