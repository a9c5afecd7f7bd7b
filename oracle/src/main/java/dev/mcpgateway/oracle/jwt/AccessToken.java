package dev.mcpgateway.oracle.jwt;

import dev.mcpgateway.storage.Grant;
import java.time.Instant;

/**
 * What a genuine access token says.
 *
 * @param resource the one audience
 * @param scope space-separated
 * @param grantId the family id of the grant that the token lives and dies with
 */
public record AccessToken(
        String id,
        String userId,
        String clientId,
        String resource,
        String scope,
        String grantId,
        Instant issuedAt,
        Instant expiresAt) {
    /** Whether this is the grant that the token names, and says the same. */
    public boolean belongsTo(Grant grant) {
        return grantId.equals(grant.familyId())
                && userId.equals(grant.userId())
                && clientId.equals(grant.clientId())
                && resource.equals(grant.resource());
    }
}
