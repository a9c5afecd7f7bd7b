package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Secret;

/**
 * One member of a family of refresh tokens. Only {@link RefreshTokens} makes genuine ones.
 *
 * @param keyId of the MAC key, the same for the whole family
 * @param sequence counts from 0
 * @param familySecret 256 random bits as base64url, the same for the whole family; the store knows only its hash
 */
record RefreshToken(String keyId, String familyId, long sequence, Secret familySecret) {
    String secretHash() {
        return SecureTokens.hash(familySecret.reveal());
    }

    /** The member of the same family with this number: whoever computes it gets the same token. */
    RefreshToken successor(long number) {
        return new RefreshToken(keyId, familyId, number, familySecret);
    }
}
