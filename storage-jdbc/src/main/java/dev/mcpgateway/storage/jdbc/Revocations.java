package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.Store.Subscription;

/** Tells the listeners of every store on a database what was revoked in it. */
sealed interface Revocations extends AutoCloseable permits LocalRevocations, PostgresRevocations {
    /**
     * Announces a revocation from within the transaction that makes it. The listeners hear of it once that is
     * committed, and never if it is rolled back. The transaction changes nothing afterwards, because from here on
     * others may wait for it.
     */
    void announce(Revocation revocation, Statements statements);

    Subscription watch(RevocationListener listener);

    /** Tells the listeners of this store that revocations are lost, and forgets them. */
    @Override
    void close();
}
