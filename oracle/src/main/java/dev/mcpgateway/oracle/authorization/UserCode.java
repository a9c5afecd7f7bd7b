package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The code that a person types for a device: eight letters without vowels, so that they form no word, and none that is
 * mistaken for another.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8628#section-6.1">RFC 8628, section 6.1</a>
 */
record UserCode(String letters) {
    private static final String ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
    private static final int LENGTH = 8;
    private static final Pattern FORM = Pattern.compile("[" + ALPHABET + "]{" + LENGTH + "}");
    private static final SecureRandom RANDOM = new SecureRandom();

    static UserCode create() {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            letters.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new UserCode(letters.toString());
    }

    /** What a person typed, in whatever case and with whatever between the letters; empty if it is no code. */
    static Optional<UserCode> parse(String typed) {
        String letters = typed.toUpperCase(Locale.ROOT).replaceAll("[\\s-]", "");
        return FORM.matcher(letters).matches() ? Optional.of(new UserCode(letters)) : Optional.empty();
    }

    String hash() {
        return SecureTokens.hash(letters);
    }

    /** As it is shown: {@code WDJB-MJHT}. */
    @Override
    public String toString() {
        return letters.substring(0, LENGTH / 2) + "-" + letters.substring(LENGTH / 2);
    }
}
