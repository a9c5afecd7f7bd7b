package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.Store.Subscription;
import dev.mcpgateway.storage.spi.RevocationFeed;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Revocations in a database that only this JVM has open, told on the thread that revokes. */
final class LocalRevocations implements Revocations {
    /** Those of every store that is open. */
    private static final List<LocalRevocations> OPEN = new CopyOnWriteArrayList<>();

    private final String database;
    private final RevocationFeed feed = new RevocationFeed();

    /** @param database what tells it from others, however many stores have it open */
    LocalRevocations(String database) {
        this.database = database;
        OPEN.add(this);
    }

    @Override
    public void announce(Revocation revocation, Statements statements) {
        statements.afterCommit(() -> OPEN.stream()
                .filter(one -> one.database.equals(database))
                .forEach(one -> one.feed.deliver(revocation)));
    }

    @Override
    public Subscription watch(RevocationListener listener) {
        return feed.watch(listener);
    }

    @Override
    public void close() {
        OPEN.remove(this);
        feed.close();
    }
}
