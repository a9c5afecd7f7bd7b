package dev.mcpgateway.oracle.protocol;

import dev.mcpgateway.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals values that leave our hands and come back: nobody else can read, make or change them. AES-256-GCM with a key
 * derived for one label; what was sealed under another label does not open. Thread-safe.
 */
public final class Sealer {
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    /** The first one seals, each opens. */
    private final List<SecretKey> keys;

    private final byte[] label;

    private Sealer(List<SecretKey> keys, byte[] label) {
        this.keys = keys;
        this.label = label;
    }

    /**
     * A sealer that seals under the current secret, and opens what was sealed under any.
     *
     * @param label as for {@link #of(Secret, String)}
     */
    public static Sealer of(GatewaySecrets secrets, String label) {
        List<SecretKey> keys =
                secrets.all().stream().map(secret -> derive(secret, label)).toList();
        return new Sealer(keys, label.getBytes(StandardCharsets.UTF_8));
    }

    /** @param label names the purpose, such as {@code consent} */
    public static Sealer of(Secret secret, String label) {
        return of(GatewaySecrets.of(secret), label);
    }

    private static SecretKey derive(Secret secret, String label) {
        return KeyDerivation.derive(secret, "seal " + label, "AES");
    }

    /** @return base64url without padding */
    public String seal(byte[] value) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), nonce).doFinal(value);
            byte[] all = new byte[1 + NONCE_BYTES + sealed.length];
            all[0] = VERSION;
            System.arraycopy(nonce, 0, all, 1, NONCE_BYTES);
            System.arraycopy(sealed, 0, all, 1 + NONCE_BYTES, sealed.length);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing failed", e);
        }
    }

    /** The value, or empty for anything that {@link #seal} of one of its secrets and its label did not make. */
    public Optional<byte[]> open(String sealed) {
        try {
            byte[] all = Base64.getUrlDecoder().decode(sealed);
            if (all.length <= 1 + NONCE_BYTES || all[0] != VERSION) {
                return Optional.empty();
            }
            return keys.stream()
                    .map(key -> open(all, key))
                    .flatMap(Optional::stream)
                    .findFirst();
        } catch (IllegalArgumentException _) { // not ours, and that is all there is to say
            return Optional.empty();
        }
    }

    private Optional<byte[]> open(byte[] all, SecretKey key) {
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOfRange(all, 1, 1 + NONCE_BYTES));
            return Optional.of(cipher.doFinal(all, 1 + NONCE_BYTES, all.length - 1 - NONCE_BYTES));
        } catch (GeneralSecurityException _) { // not of this key, and that is all there is to say
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, SecretKey key, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(label);
        return cipher;
    }
}
