package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import jakarta.json.JsonObject;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/** The public keys that a client has named for {@code private_key_jwt}. */
final class ClientKeys {
    private static final int MAX_KEYS = 10;
    private static final int MAX_CHARACTERS = 16_384;

    private ClientKeys() {}

    /** @throws OAuthException {@code invalid_client_metadata} unless it is a set of public keys */
    static List<JsonWebKey> parse(JsonObject jwks) {
        String text = jwks.toString();
        if (text.length() > MAX_CHARACTERS) {
            throw refusal("is longer than 16384 characters");
        }
        try {
            List<JsonWebKey> keys = new JsonWebKeySet(text).getJsonWebKeys();
            if (keys.isEmpty() || keys.size() > MAX_KEYS) {
                throw refusal("must hold 1 to %d keys".formatted(MAX_KEYS));
            }
            if (!keys.stream().allMatch(ClientKeys::isPublic)) {
                throw refusal("must hold public keys alone");
            }
            return keys;
        } catch (JoseException _) { // the reason would repeat the keys
            throw refusal("is not a set of JSON Web Keys");
        }
    }

    private static boolean isPublic(JsonWebKey key) {
        return key instanceof PublicJsonWebKey pair && pair.getPrivateKey() == null;
    }

    private static OAuthException refusal(String what) {
        return new OAuthException(OAuthError.INVALID_CLIENT_METADATA, "jwks " + what);
    }
}
