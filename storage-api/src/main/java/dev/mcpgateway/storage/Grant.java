package dev.mcpgateway.storage;

import java.time.Duration;
import java.time.Instant;

/**
 * A live grant: what a user allowed a client to do at one resource. Access tokens name it; refresh tokens are numbered
 * members of its family.
 *
 * @param familyId names the grant and its family of refresh tokens
 * @param scope space-separated
 * @param sequence the number of the refresh token that is current
 * @param lastUsedAt when it was created or last refreshed
 * @param idleExpiresAt the end of the family if it is not refreshed before
 * @param expiresAt the end of the family in any case
 */
public record Grant(
        String familyId,
        String clientId,
        String userId,
        String userName,
        String resource,
        String scope,
        long sequence,
        Instant createdAt,
        Instant lastUsedAt,
        Instant idleExpiresAt,
        Instant expiresAt) {
    /** No grant, nor what a user agreed to, lives longer than this. Revocations are remembered as long. */
    public static final Duration LONGEST_LIFETIME = Duration.ofDays(3650);
}
