package dev.mcpgateway.storage;

import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * What a backup holds: everything that outlives a sign-in, in a form that any store can take. Pending logins, codes and
 * audit events are not part of it.
 */
public interface Archive {
    /** One record of a backup. */
    sealed interface Entry {
        record Client(RegisteredClient client) implements Entry {}

        /**
         * A grant with all that rotation knows of it.
         *
         * @param secretHash of the family secret
         * @param rotatedAt when the previous refresh token was first used
         * @param repeats how often the previous refresh token was used again
         */
        record Family(Grant grant, String secretHash, Instant rotatedAt, long repeats) implements Entry {}

        record Agreement(Consent consent) implements Entry {}

        record Key(SealedKey key) implements Entry {}

        /**
         * A family that was ended before its time and must not come back.
         *
         * @param expiresAt when it would have ended, and need not be remembered any longer
         */
        record RevokedFamily(String familyId, Instant expiresAt) implements Entry {}

        /** Every grant of the user created up to and including {@code upTo} is dead. */
        record RevokedUser(String userId, Instant upTo) implements Entry {}

        /** Every grant of the client created up to and including {@code upTo} is dead. */
        record RevokedClient(String clientId, Instant upTo) implements Entry {}
    }

    /**
     * Hands over every live record, first of all the revocations. Not a snapshot: what changes meanwhile comes as it
     * was or as it is, and what is written meanwhile may come or not; a record may come twice. Holds a few thousand
     * records in memory at a time.
     */
    void read(Consumer<Entry> reader);

    /**
     * Adds a record that is not there yet. What is there stays as it is, but revocations only grow, and end what they
     * meet; what has expired, or was revoked in this store, does not come back. Repeating it is harmless.
     *
     * @return whether something was added
     */
    boolean write(Entry entry);

    /**
     * Forgets everything but the revocations, the audit events and the store's version. One small step after the other:
     * others see it happen, and repeating it after a failure completes it.
     */
    void clear();
}
