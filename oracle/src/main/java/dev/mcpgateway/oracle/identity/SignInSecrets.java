package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.KeyDerivation;
import dev.mcpgateway.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * One secret for each sign-in, such as its code verifier. Derived from the state, so that nothing has to be remembered;
 * nobody else can derive it. Thread-safe.
 */
final class SignInSecrets {
    private static final String MAC = "HmacSHA256";

    /** By the id of the gateway's secret that each is derived from. */
    private final Map<String, SecretKey> keys = new LinkedHashMap<>();

    private final SecretKey current;

    /**
     * @param secrets the same for every oracle, since a sign-in may come back to another one
     * @param label what it is for; another one for each use
     */
    SignInSecrets(GatewaySecrets secrets, String label) {
        secrets.all().forEach(secret -> keys.put(KeyDerivation.id(secret), key(secret, label)));
        this.current = key(secrets.current(), label);
    }

    /** 256 bits as base64url, 43 characters. */
    String of(SignInRequest request) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(keys.getOrDefault(request.secretId(), current));
            byte[] secret = mac.doFinal(request.state().getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + MAC, e);
        }
    }

    private static SecretKey key(Secret secret, String label) {
        return KeyDerivation.derive(secret, label, MAC);
    }
}
