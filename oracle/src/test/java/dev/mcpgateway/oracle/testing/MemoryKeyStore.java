package dev.mcpgateway.oracle.testing;

import dev.mcpgateway.storage.KeyStore;
import java.util.ArrayList;
import java.util.List;

/** Keys without a database. */
public final class MemoryKeyStore implements KeyStore {
    private final List<SealedKey> keys = new ArrayList<>();

    @Override
    public synchronized List<SealedKey> list(String purpose) {
        return keys.stream().filter(key -> key.purpose().equals(purpose)).toList();
    }

    @Override
    public synchronized boolean createFirst(SealedKey key) {
        return list(key.purpose()).isEmpty() && keys.add(key);
    }

    @Override
    public synchronized boolean createNext(SealedKey key, String newestId) {
        List<SealedKey> before = list(key.purpose());
        return !before.isEmpty() && before.getLast().id().equals(newestId) && keys.add(key);
    }

    @Override
    public synchronized boolean replace(SealedKey known, String sealed) {
        int index = keys.indexOf(known);
        if (index < 0) {
            return false;
        }
        keys.set(index, new SealedKey(known.purpose(), known.id(), sealed, known.createdAt()));
        return true;
    }

    @Override
    public synchronized boolean delete(String purpose, String id) {
        return keys.removeIf(key -> key.purpose().equals(purpose) && key.id().equals(id));
    }
}
