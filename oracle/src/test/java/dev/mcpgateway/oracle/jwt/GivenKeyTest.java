package dev.mcpgateway.oracle.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GivenKeyTest {
    /** How much of PKCS#8 stands before the key of PKCS#1, for 2048 bits. */
    private static final int PKCS8_HEAD = 26;

    private static PrivateKey generate(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair().getPrivate();
    }

    private static String pem(String kind, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, base64, kind);
    }

    @Test
    void readsBothFormsOfAnRsaKey() throws GeneralSecurityException, JoseException {
        byte[] pkcs8 = generate(2048).getEncoded();

        PublicJsonWebKey first = GivenKey.parse(pem("PRIVATE KEY", pkcs8));
        PublicJsonWebKey second =
                GivenKey.parse(pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, PKCS8_HEAD, pkcs8.length)));

        assertThat(first.toJson(OutputControlLevel.INCLUDE_PRIVATE))
                .isEqualTo(second.toJson(OutputControlLevel.INCLUDE_PRIVATE));
        assertThat(first.getAlgorithm()).isEqualTo("RS256");
        assertThat(first.getKeyId()).isEqualTo(first.calculateBase64urlEncodedThumbprint("SHA-256"));
    }

    @Test
    void readsAPemThatTravelsAsBase64() {
        String encoded = Base64.getEncoder().encodeToString("a PEM".getBytes(StandardCharsets.US_ASCII));

        assertThat(GivenKey.decode(encoded)).isEqualTo("a PEM");
    }

    @Test
    void refusesAKeyThatIsTooShort() throws GeneralSecurityException {
        String pem = pem("PRIVATE KEY", generate(1024).getEncoded());

        assertThatThrownBy(() -> GivenKey.parse(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only 1024 bits")
                .hasMessageContaining("openssl genrsa 2048");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "placeholder",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"
            })
    void refusesEverythingElseWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> GivenKey.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("accepted is an RSA private key of at least 2048 bits")
                .hasMessageNotContaining("AAAA");
    }
}
