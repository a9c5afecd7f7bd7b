package dev.mcpgateway.storage;

import java.time.Instant;

/**
 * A grant about to be created, with its refresh sequence at 0.
 *
 * @param secretHash of the 256 random bits that every refresh token of the family carries
 * @param idleExpiresAt the end of the family if it is not refreshed before
 * @param expiresAt the end of the family in any case
 */
public record NewGrant(
        String familyId,
        String clientId,
        String userId,
        String userName,
        String resource,
        String scope,
        String secretHash,
        Instant createdAt,
        Instant idleExpiresAt,
        Instant expiresAt) {}
