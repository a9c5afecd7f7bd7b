package dev.mcpgateway.storage;

import java.time.Instant;
import java.util.Optional;

/** Browsers in which somebody is signed in to look after their connections. Sessions are not part of a backup. */
public interface SessionStore {
    /**
     * A session. Usable until just before {@code expiresAt}.
     *
     * @param hash of the cookie that the browser holds
     * @param userId stable identity, such as {@code 4711} or {@code local:alice}
     * @param userName for display
     * @param provider the identity provider's id
     */
    record Session(
            String hash, String userId, String userName, String provider, Instant createdAt, Instant expiresAt) {}

    void begin(Session session);

    /** The session, if it has neither expired nor been ended. */
    Optional<Session> find(String hash);

    /** Ends the session. Repeating it is harmless. */
    void end(String hash);
}
