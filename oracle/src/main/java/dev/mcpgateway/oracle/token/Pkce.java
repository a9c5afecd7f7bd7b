package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Secret;
import java.util.regex.Pattern;

/**
 * Proof that the one who redeems a code is the one who asked for it. Only {@code S256} exists here.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7636#section-4.6">RFC 7636, section 4.6</a>
 */
final class Pkce {
    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    private Pkce() {}

    /** Whether it has the syntax of RFC 7636 section 4.1. */
    static boolean isVerifier(Secret verifier) {
        return VERIFIER.matcher(verifier.reveal()).matches();
    }

    /** Whether this verifier made this {@code S256} challenge; in constant time. */
    static boolean proves(Secret verifier, String challenge) {
        return SecureTokens.equal(SecureTokens.hash(verifier.reveal()), challenge);
    }
}
