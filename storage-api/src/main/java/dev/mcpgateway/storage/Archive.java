package dev.mcpgateway.storage;

import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a backup holds: everything that outlives a sign-in, in a form that any store can take. Pending logins, sessions,
 * codes and audit events are not part of it.
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

        record Known(AccountStore.Account account) implements Entry {}

        /** The name belongs to the user; see {@link AccountStore#pin}. */
        record Pin(String name, String userId) implements Entry {}

        /**
         * A family that was ended before its time and must not come back.
         *
         * @param expiresAt when it would have ended, and need not be remembered any longer
         */
        record RevokedFamily(String familyId, Instant expiresAt) implements Entry {}

        /** Every grant and consent of the user made up to and including {@code upTo} is dead. */
        record RevokedUser(String userId, Instant upTo) implements Entry {}

        /** Every grant and consent of the client made up to and including {@code upTo} is dead. */
        record RevokedClient(String clientId, Instant upTo) implements Entry {}

        /** Every consent that the user gave up to and including {@code upTo} is forgotten. */
        record ForgottenConsents(String userId, Instant upTo) implements Entry {}

        /**
         * From when on it means nothing any more: its own end, or for a revocation of many the end of whatever it could
         * have ended. Nobody lives to see the end of a key or a pin.
         */
        default Instant expiresAt() {
            return switch (this) {
                case Client(var client) -> client.expiresAt();
                case Family(var grant, var _, var _, var _) ->
                    Collections.min(List.of(longestAfter(grant.createdAt()), grant.idleExpiresAt(), grant.expiresAt()));
                case Agreement(var consent) ->
                    Collections.min(List.of(longestAfter(consent.givenAt()), consent.expiresAt()));
                case Key _ -> LAST;
                case Known(var account) -> account.expiresAt();
                case Pin _ -> LAST;
                case RevokedFamily(var _, var expiresAt) -> expiresAt;
                case RevokedUser(var _, var upTo) -> longestAfter(upTo);
                case RevokedClient(var _, var upTo) -> longestAfter(upTo);
                case ForgottenConsents(var _, var upTo) -> longestAfter(upTo);
            };
        }

        /** The last moment that stores can hold. */
        Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

        private static Instant longestAfter(Instant moment) {
            return moment.isAfter(LAST.minus(Grant.LONGEST_LIFETIME)) ? LAST : moment.plus(Grant.LONGEST_LIFETIME);
        }
    }

    /** What became of a record that was to be added. */
    enum Outcome {
        /** It is there now, and was not before. */
        ADDED,
        /** It, or what replaced it, was there already, and stays as it is. */
        PRESENT,
        /** Its time is over, or it was revoked in this store. */
        ENDED
    }

    /**
     * Hands over every live record, first of all the revocations. Not a snapshot: what changes meanwhile comes as it
     * was or as it is, and what is written meanwhile may come or not; a record may come twice. Holds a few thousand
     * records in memory at a time.
     */
    void read(Consumer<Entry> reader);

    /**
     * Adds a record that is not there yet. What is there stays as it is, but revocations only grow, and end what they
     * meet; what has expired, or was revoked in this store, does not come back. Grants and consents older than
     * {@link Grant#LONGEST_LIFETIME} count as expired, whatever they say. Repeating it is harmless.
     */
    Outcome write(Entry entry);

    /**
     * Forgets everything but the revocations, the audit events and the store's version. One small step after the other:
     * others see it happen, and repeating it after a failure completes it.
     */
    void clear();
}
