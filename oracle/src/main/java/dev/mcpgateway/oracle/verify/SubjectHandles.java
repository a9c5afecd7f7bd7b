package dev.mcpgateway.oracle.verify;

import dev.mcpgateway.oracle.jwt.AccessToken;
import dev.mcpgateway.oracle.protocol.KeyDerivation;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Opaque names for what an allowing answer depends on. Whoever keeps the answer learns from them when it counts no
 * more, and nothing else. Every oracle with the same secret gives the same ones.
 */
final class SubjectHandles {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 16;

    private final SecretKey key;

    SubjectHandles(Secret secret) {
        this.key = KeyDerivation.derive(secret, "subject-handles", ALGORITHM);
    }

    /** Of the token, its grant, its user and its client, in this order. */
    List<String> of(AccessToken token, Grant grant) {
        return List.of(
                handle("token", token.id()),
                handle("grant", grant.familyId()),
                handle("user", grant.userId()),
                handle("client", grant.clientId()));
    }

    String of(Revocation revocation) {
        return switch (revocation) {
            case Revocation.Family(var familyId) -> handle("grant", familyId);
            case Revocation.User(var userId, var _) -> handle("user", userId);
            case Revocation.Client(var clientId, var _) -> handle("client", clientId);
        };
    }

    private String handle(String kind, String id) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] tag = mac.doFinal((kind + ' ' + id).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(tag, BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks " + ALGORITHM, e);
        }
    }
}
