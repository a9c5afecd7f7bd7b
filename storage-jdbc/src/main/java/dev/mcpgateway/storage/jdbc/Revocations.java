package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.Store.Subscription;
import java.lang.System.Logger;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells the listeners of every store that this JVM has open on a database what was revoked in it. */
final class Revocations implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Revocations.class.getName());

    private static final List<Watch> WATCHES = new CopyOnWriteArrayList<>();

    private final String database;

    Revocations(String database) {
        this.database = database;
    }

    /** One listener. Compared by identity: the same listener may watch twice. */
    private static final class Watch implements Subscription {
        private final Revocations from;
        private final RevocationListener listener;

        Watch(Revocations from, RevocationListener listener) {
            this.from = from;
            this.listener = listener;
        }

        void tell(Consumer<RevocationListener> news) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                // The revocation is done, and the other listeners are to hear of it.
                LOG.log(Logger.Level.ERROR, "a revocation listener failed", e);
            }
        }

        @Override
        public void close() {
            WATCHES.remove(this);
        }
    }

    Subscription watch(RevocationListener listener) {
        var watch = new Watch(this, listener);
        WATCHES.add(watch);
        return watch;
    }

    void publish(Revocation revocation) {
        WATCHES.stream()
                .filter(watch -> watch.from.database.equals(database))
                .forEach(watch -> watch.tell(listener -> listener.revoked(revocation)));
    }

    @Override
    public void close() {
        WATCHES.stream().filter(watch -> watch.from == this).forEach(watch -> {
            watch.close();
            watch.tell(RevocationListener::lost);
        });
    }
}
