package dev.mcpgateway.storage;

import java.time.Instant;
import java.util.Optional;

/** What users agreed to, per client. */
public interface ConsentStore {
    /**
     * One agreement.
     *
     * @param redirectHost where the client's redirect URI leads, such as {@code claude.ai}
     * @param scope space-separated, sorted
     */
    record Consent(
            String userId,
            String clientId,
            String redirectHost,
            String resource,
            String scope,
            Instant givenAt,
            Instant expiresAt) {}

    /** Remembers it; an earlier one for the same user, client, redirect host and resource is replaced. */
    void record(Consent consent);

    /** The agreement, if it has neither expired nor been ended with its user or client, nor been forgotten. */
    Optional<Consent> find(String userId, String clientId, String redirectHost, String resource);

    /** Forgets everything the user agreed to until now. It is remembered that this was so: it does not come back. */
    void forgetUser(String userId);
}
