package dev.mcpgateway.oracle.jwt;

import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** How access tokens may be signed; nothing else is ever accepted. */
public enum SigningAlgorithm {
    ES256,
    RS256;

    private static final int RSA_BITS = 2048;

    /** Says what the key is for, and names it by its RFC 7638 thumbprint. */
    void mark(PublicJsonWebKey key) throws JoseException {
        key.setUse("sig");
        key.setAlgorithm(name());
        key.setKeyId(key.calculateBase64urlEncodedThumbprint("SHA-256"));
    }

    /** A new key with its RFC 7638 thumbprint as {@code kid}. */
    PublicJsonWebKey generate() {
        try {
            PublicJsonWebKey key = switch (this) {
                case ES256 -> EcJwkGenerator.generateJwk(EllipticCurves.P256);
                case RS256 -> RsaJwkGenerator.generateJwk(RSA_BITS);
            };
            mark(key);
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException("this Java platform cannot make a key for " + this, e);
        }
    }
}
