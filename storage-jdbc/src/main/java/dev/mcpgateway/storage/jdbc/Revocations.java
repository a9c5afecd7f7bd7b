package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.Store.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tells listeners in this process what was revoked, after it was written. */
final class Revocations {
    private final List<RevocationListener> listeners = new CopyOnWriteArrayList<>();

    Subscription add(RevocationListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void tell(Revocation revocation) {
        listeners.forEach(listener -> listener.revoked(revocation));
    }
}
