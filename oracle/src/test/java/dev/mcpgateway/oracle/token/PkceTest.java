package dev.mcpgateway.oracle.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.settings.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PkceTest {
    /** The example of RFC 7636, appendix B. */
    private static final Secret VERIFIER = Secret.of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    @Test
    void acceptsTheVerifierThatMadeTheChallenge() {
        assertThat(Pkce.proves(VERIFIER, CHALLENGE)).isTrue();
        assertThat(Pkce.proves(Secret.of(CHALLENGE), CHALLENGE)).isFalse();
        assertThat(Pkce.proves(VERIFIER, VERIFIER.reveal())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "too-short",
                "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk=",
                "dBjftJeZ4CVP mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX\u00e4"
            })
    void knowsTheSyntaxOfAVerifier(String text) {
        assertThat(Pkce.isVerifier(VERIFIER)).isTrue();
        assertThat(Pkce.isVerifier(Secret.of("a".repeat(128)))).isTrue();
        assertThat(Pkce.isVerifier(Secret.of("a".repeat(129)))).isFalse();
        assertThat(Pkce.isVerifier(Secret.of(text))).isFalse();
    }
}
