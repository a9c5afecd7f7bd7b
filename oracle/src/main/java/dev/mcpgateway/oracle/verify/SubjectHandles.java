package dev.mcpgateway.oracle.verify;

import dev.mcpgateway.oracle.jwt.AccessToken;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.KeyDerivation;
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

    /** The first one is used from now on; handles of the others may be kept somewhere. */
    private final List<SecretKey> keys;

    SubjectHandles(GatewaySecrets secrets) {
        this.keys = secrets.all().stream()
                .map(secret -> KeyDerivation.derive(secret, "subject-handles", ALGORITHM))
                .toList();
    }

    /** Of the token, its grant, its user and its client, in this order. */
    List<String> of(AccessToken token, Grant grant) {
        SecretKey key = keys.getFirst();
        return List.of(
                handle(key, "token", token.id()),
                handle(key, "grant", grant.familyId()),
                handle(key, "user", grant.userId()),
                handle(key, "client", grant.clientId()));
    }

    /** Under every secret, since another oracle may have given the answer. */
    List<String> of(Revocation revocation) {
        return keys.stream().map(key -> of(revocation, key)).toList();
    }

    private static String of(Revocation revocation, SecretKey key) {
        return switch (revocation) {
            case Revocation.Family(var familyId) -> handle(key, "grant", familyId);
            case Revocation.User(var userId, var _) -> handle(key, "user", userId);
            case Revocation.Client(var clientId, var _) -> handle(key, "client", clientId);
        };
    }

    private static String handle(SecretKey key, String kind, String id) {
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
