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
}
