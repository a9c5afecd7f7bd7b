package dev.mcpgateway.storage;

import java.time.Instant;

/** Hears of revocations. Called from the store's threads; must return quickly. */
public interface RevocationListener {
    /** What was revoked. */
    sealed interface Revocation {
        record Family(String familyId) implements Revocation {}

        /** Every grant of the user created up to and including {@code upTo}. */
        record User(String userId, Instant upTo) implements Revocation {}

        /** Every grant of the client created up to and including {@code upTo}. */
        record Client(String clientId, Instant upTo) implements Revocation {}
    }

    void revoked(Revocation revocation);

    /** Revocations may be missed from now on: whatever was kept must be dropped. */
    void lost();

    /** Revocations arrive again. Those in between are not repeated. */
    void restored();
}
