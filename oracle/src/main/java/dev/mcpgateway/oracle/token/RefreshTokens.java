package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.key.KeyRing;
import dev.mcpgateway.oracle.key.KeyRing.Schedule;
import dev.mcpgateway.oracle.key.KeysLockedException;
import dev.mcpgateway.oracle.key.SealedKeys;
import dev.mcpgateway.oracle.key.SealedKeys.NewKey;
import dev.mcpgateway.oracle.key.SealedKeys.OpenedKey;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Writes and reads refresh tokens: {@code rt1.<key id>.<family>.<sequence>.<family secret>.<MAC>}, the MAC being
 * HMAC-SHA256 over everything before it. What we did not write is refused without asking the store.
 */
public final class RefreshTokens {
    private static final String PREFIX = "rt1.";
    private static final Pattern FORM = Pattern.compile("(?<signed>rt1\\.(?<key>[A-Za-z0-9_-]{1,32})"
            + "\\.(?<family>[A-Za-z0-9_-]{1,64})"
            + "\\.(?<sequence>0|[1-9][0-9]{0,17})"
            + "\\.(?<secret>[A-Za-z0-9_-]{43}))"
            + "\\.(?<mac>[A-Za-z0-9_-]{43})");
    private static final String PURPOSE = "refresh";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int KEY_ID_BYTES = 6;
    private static final int FAMILY_SECRET_BYTES = 32;

    private final KeyRing<MacKey> keys;
    private final SecureTokens random;

    private record MacKey(String id, SecretKeySpec secret) {
        static MacKey of(OpenedKey opened) {
            return new MacKey(opened.id(), new SecretKeySpec(opened.value(), ALGORITHM));
        }

        @Override
        public String toString() {
            return "MacKey[id=" + id + "]";
        }
    }

    private RefreshTokens(KeyRing<MacKey> keys, SecureTokens random) {
        this.keys = keys;
        this.random = random;
    }

    /**
     * Opens the store's MAC keys; a store that never had one gets its first.
     *
     * @param schedule lets a key stay for as long as the longest family that it was used for
     * @throws KeysLockedException if a key was sealed under another secret
     */
    public static RefreshTokens open(SealedKeys store, Schedule schedule, SecureTokens random, Clock clock) {
        return new RefreshTokens(
                KeyRing.open(store, PURPOSE, schedule, () -> createKey(random), MacKey::of, clock), random);
    }

    /** The keys, for being turned. */
    public KeyRing<?> ring() {
        return keys;
    }

    /** Whether the text claims to be a refresh token, genuine or not. */
    static boolean looksLike(String text) {
        return text.startsWith(PREFIX);
    }

    /** The first token of a new family. */
    RefreshToken first(String familyId) {
        return new RefreshToken(keys.current().id(), familyId, 0, Secret.of(random.random(FAMILY_SECRET_BYTES)));
    }

    /** The token as the client carries it. */
    Secret write(RefreshToken token) {
        MacKey key = keys.find(token.keyId())
                .orElseThrow(() -> new IllegalArgumentException("no refresh key " + token.keyId()));
        String signed = PREFIX
                + String.join(
                        ".",
                        token.keyId(),
                        token.familyId(),
                        Long.toString(token.sequence()),
                        token.familySecret().reveal());
        return Secret.of(signed + "." + mac(key, signed));
    }

    /** Empty for everything that {@link #write} did not make. */
    Optional<RefreshToken> parse(Secret text) {
        Matcher parts = FORM.matcher(text.reveal());
        if (!parts.matches()) {
            return Optional.empty();
        }
        String keyId = parts.group("key");
        MacKey key = keys.find(keyId).orElse(null);
        if (key == null || !SecureTokens.equal(mac(key, parts.group("signed")), parts.group("mac"))) {
            return Optional.empty();
        }
        return Optional.of(new RefreshToken(
                keyId,
                parts.group("family"),
                Long.parseLong(parts.group("sequence")),
                Secret.of(parts.group("secret"))));
    }

    private static String mac(MacKey key, String signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key.secret());
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    private static NewKey createKey(SecureTokens random) {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new NewKey(random.random(KEY_ID_BYTES), key);
    }
}
