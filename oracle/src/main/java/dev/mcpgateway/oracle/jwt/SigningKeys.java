package dev.mcpgateway.oracle.jwt;

import dev.mcpgateway.oracle.key.KeysLockedException;
import dev.mcpgateway.oracle.key.SealedKeys;
import dev.mcpgateway.oracle.key.SealedKeys.OpenedKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/**
 * The keys that access tokens are signed with: the newest one of the chosen algorithm signs, all of them verify. The
 * set is fixed when it is opened.
 */
public final class SigningKeys {
    private final PublicJsonWebKey current;
    private final Map<String, PublicJsonWebKey> byId = new LinkedHashMap<>();

    private SigningKeys(PublicJsonWebKey current, List<PublicJsonWebKey> all) {
        this.current = current;
        all.forEach(key -> byId.put(key.getKeyId(), key));
    }

    /**
     * Opens the store's signing keys; an algorithm that never had one gets its first.
     *
     * @throws KeysLockedException if a key was sealed under another secret
     */
    public static SigningKeys open(SealedKeys store, SigningAlgorithm algorithm) {
        List<PublicJsonWebKey> all = new ArrayList<>();
        for (SigningAlgorithm other : SigningAlgorithm.values()) {
            if (other != algorithm) {
                store.open(purpose(other)).forEach(key -> all.add(parse(key)));
            }
        }
        store.openOrCreate(purpose(algorithm), () -> create(algorithm)).forEach(key -> all.add(parse(key)));
        return new SigningKeys(all.getLast(), all);
    }

    /** The public keys as a JWK set. */
    public String toPublicJwks() {
        return new JsonWebKeySet(List.copyOf(byId.values())).toJson(OutputControlLevel.PUBLIC_ONLY);
    }

    PublicJsonWebKey current() {
        return current;
    }

    Optional<PublicJsonWebKey> find(String keyId) {
        return Optional.ofNullable(byId.get(keyId));
    }

    private static String purpose(SigningAlgorithm algorithm) {
        return "signing-" + algorithm;
    }

    private static OpenedKey create(SigningAlgorithm algorithm) {
        PublicJsonWebKey key = algorithm.generate();
        return new OpenedKey(
                key.getKeyId(), key.toJson(OutputControlLevel.INCLUDE_PRIVATE).getBytes(StandardCharsets.UTF_8));
    }

    private static PublicJsonWebKey parse(OpenedKey key) {
        try {
            return PublicJsonWebKey.Factory.newPublicJwk(new String(key.value(), StandardCharsets.UTF_8));
        } catch (JoseException e) {
            throw new IllegalStateException("the signing key " + key.id() + " is not a key", e);
        }
    }
}
