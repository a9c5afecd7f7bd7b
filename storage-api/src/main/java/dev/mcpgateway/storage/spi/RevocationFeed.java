package dev.mcpgateway.storage.spi;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.Store.Subscription;
import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The listeners of one store. Each hears of losses and restorations in turn: never of two losses, or two restorations,
 * in a row. Thread-safe; a listener that fails does not keep the others from hearing.
 */
public final class RevocationFeed implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RevocationFeed.class.getName());

    private final List<Watch> watches = new ArrayList<>();
    private boolean delivering = true;

    /** One listener. Compared by identity: the same listener may watch twice. */
    private final class Watch implements Subscription {
        private final RevocationListener listener;

        Watch(RevocationListener listener) {
            this.listener = listener;
        }

        void tell(Consumer<RevocationListener> news) {
            try {
                news.accept(listener);
            } catch (RuntimeException e) {
                LOG.log(Logger.Level.ERROR, "a revocation listener failed", e);
            }
        }

        @Override
        public void close() {
            synchronized (RevocationFeed.this) {
                watches.remove(this);
            }
        }
    }

    /** The listener hears of everything from now on, beginning with a loss if revocations do not arrive at present. */
    public synchronized Subscription watch(RevocationListener listener) {
        var watch = new Watch(listener);
        watches.add(watch);
        if (!delivering) {
            watch.tell(RevocationListener::lost);
        }
        return watch;
    }

    public void deliver(Revocation revocation) {
        tellAll(listener -> listener.revoked(revocation));
    }

    /** Something may have been missed, but revocations go on arriving. */
    public void gap() {
        lost();
        restored();
    }

    /** Revocations do not arrive any more. */
    public synchronized void lost() {
        if (delivering) {
            delivering = false;
            tellAll(RevocationListener::lost);
        }
    }

    /** Revocations arrive again. */
    public synchronized void restored() {
        if (!delivering) {
            delivering = true;
            tellAll(RevocationListener::restored);
        }
    }

    private synchronized void tellAll(Consumer<RevocationListener> news) {
        List.copyOf(watches).forEach(watch -> watch.tell(news));
    }

    /** Tells the listeners that revocations are lost, and forgets them. */
    @Override
    public synchronized void close() {
        lost();
        watches.clear();
    }
}
