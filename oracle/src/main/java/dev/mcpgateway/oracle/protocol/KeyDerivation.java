package dev.mcpgateway.oracle.protocol;

import dev.mcpgateway.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * One secret, a key of its own for every purpose: HKDF-SHA256 with a label per purpose.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869</a>
 */
public final class KeyDerivation {
    private static final int KEY_BYTES = 32;

    private static final int ID_BYTES = 6;

    private KeyDerivation() {}

    /** Tells one secret from another, and nothing of it: eight characters of base64url. */
    public static String id(Secret secret) {
        byte[] derived = derive(secret, "id", "HmacSHA256").getEncoded();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(derived, ID_BYTES));
    }

    /**
     * The 256-bit key for a purpose.
     *
     * @param label names the purpose; it can never change without losing what was protected with the key
     * @param algorithm what the key is for, such as {@code AES} or {@code HmacSHA256}
     */
    public static SecretKey derive(Secret secret, String label, String algorithm) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            algorithm,
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret.bytes())
                                    .thenExpand(label.getBytes(StandardCharsets.UTF_8), KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks HKDF-SHA256", e);
        }
    }
}
