package dev.mcpgateway.storage;

import java.time.Instant;
import java.util.Optional;

/** Sign-ins that were sent to an identity provider and have not come back yet. */
public interface LoginStore {
    /**
     * A sign-in under way.
     *
     * @param stateHash of the {@code state} that the identity provider brings back
     * @param browserHash of the cookie of the browser that began it
     * @param provider the identity provider's id
     * @param request the authorization request to go on with, as JSON, opaque to the store
     */
    record PendingLogin(String stateHash, String browserHash, String provider, String request, Instant expiresAt) {}

    void begin(PendingLogin login);

    /** Takes the sign-in out of the store: of any number of concurrent calls exactly one gets it. */
    Optional<PendingLogin> consume(String stateHash);
}
