package dev.mcpgateway.oracle.jwt;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/** An RSA key that the operator brings along, as the reference stack has it. */
public final class GivenKey {
    private static final Pattern PEM = Pattern.compile(
            "\\s*-----BEGIN (?<kind>(?:RSA )?PRIVATE KEY)-----(?<base64>[A-Za-z0-9+/=\\s]+)-----END \\k<kind>-----\\s*");
    private static final String ACCEPTED =
            "accepted is an RSA private key of at least 2048 bits as PEM (PKCS#8 or PKCS#1, without passphrase);"
                    + " make one with: openssl genrsa 2048";
    private static final int MIN_BITS = 2048;

    /** What stands in PKCS#8 before the key of PKCS#1: version 0 and the algorithm rsaEncryption. */
    private static final byte[] PKCS8_HEAD = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;

    private GivenKey() {}

    /**
     * Reads a PEM file's text.
     *
     * @throws IllegalArgumentException that says what is accepted, and nothing of the key
     */
    public static PublicJsonWebKey parse(String pem) {
        Matcher parts = PEM.matcher(pem);
        if (!parts.matches()) {
            throw new IllegalArgumentException("it is not the PEM of a private key; " + ACCEPTED);
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(parts.group("base64"));
            boolean pkcs1 = parts.group("kind").startsWith("RSA");
            KeyFactory factory = KeyFactory.getInstance("RSA");
            PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(pkcs1 ? toPkcs8(der) : der);
            if (!(factory.generatePrivate(encoded) instanceof RSAPrivateCrtKey key)) {
                throw new IllegalArgumentException("its public exponent is missing; " + ACCEPTED);
            }
            if (key.getModulus().bitLength() < MIN_BITS) {
                throw new IllegalArgumentException(
                        "it has only %d bits; %s".formatted(key.getModulus().bitLength(), ACCEPTED));
            }
            return toJwk(factory, key);
        } catch (GeneralSecurityException | JoseException _) { // the reason could repeat the key
            throw new IllegalArgumentException("it cannot be read; " + ACCEPTED);
        }
    }

    private static PublicJsonWebKey toJwk(KeyFactory factory, RSAPrivateCrtKey key)
            throws GeneralSecurityException, JoseException {
        BigInteger modulus = key.getModulus();
        PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(
                factory.generatePublic(new RSAPublicKeySpec(modulus, key.getPublicExponent())));
        jwk.setPrivateKey(key);
        SigningAlgorithm.RS256.mark(jwk);
        return jwk;
    }

    private static byte[] toPkcs8(byte[] pkcs1) {
        return der(SEQUENCE, concat(PKCS8_HEAD, der(OCTET_STRING, pkcs1)));
    }

    /** One element of DER. The lengths of keys take two bytes. */
    private static byte[] der(int tag, byte[] content) {
        byte[] head = {(byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
        return concat(head, content);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The text of a PEM that travels as base64. */
    public static String decode(String base64) {
        try {
            return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException _) { // would repeat the key
            throw new IllegalArgumentException("it is not base64 of a PEM; " + ACCEPTED);
        }
    }
}
