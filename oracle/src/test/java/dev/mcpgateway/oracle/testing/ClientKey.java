package dev.mcpgateway.oracle.testing;

import java.util.function.Consumer;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** The key of a client that authenticates by {@code private_key_jwt}. */
public final class ClientKey {
    private final EllipticCurveJsonWebKey key;
    private final SettableClock clock;
    private int made;

    public ClientKey(SettableClock clock) {
        this.clock = clock;
        try {
            this.key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
        key.setKeyId("k1");
    }

    /** The set that a client names. */
    public String jwks() {
        return new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY);
    }

    /** The set with what a client must never send. */
    public String jwksWithPrivateKey() {
        return new JsonWebKeySet(key).toJson(OutputControlLevel.INCLUDE_PRIVATE);
    }

    /** A proof for the token endpoint that is in order. */
    public String assertion(String clientId) {
        return assertion(clientId, _ -> {});
    }

    /** A proof for the token endpoint with something changed. */
    public String assertion(String clientId, Consumer<JwtClaims> change) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(clientId);
        claims.setSubject(clientId);
        claims.setAudience("https://auth.example.com");
        claims.setJwtId("assertion-" + made++);
        claims.setIssuedAt(NumericDate.fromMilliseconds(clock.millis()));
        claims.setExpirationTime(NumericDate.fromMilliseconds(clock.millis() + 60_000));
        change.accept(claims);
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKey(key.getPrivateKey());
        signature.setKeyIdHeaderValue("k1");
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same claims "signed" with the public key as if it were a shared secret, and not at all. */
    public String[] forgeries(String clientId) throws JoseException {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(clientId);
        claims.setSubject(clientId);
        claims.setAudience("https://auth.example.com");
        claims.setJwtId("forged-" + made++);
        claims.setExpirationTime(NumericDate.fromMilliseconds(clock.millis() + 60_000));
        JsonWebSignature shared = new JsonWebSignature();
        shared.setPayload(claims.toJson());
        shared.setKey(new org.jose4j.keys.HmacKey(key.getPublicKey().getEncoded()));
        shared.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        shared.setKeyIdHeaderValue("k1");
        JsonWebSignature none = new JsonWebSignature();
        none.setPayload(claims.toJson());
        none.setAlgorithmConstraints(org.jose4j.jwa.AlgorithmConstraints.NO_CONSTRAINTS);
        none.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
        JsonWebSignature embedded = new JsonWebSignature();
        EllipticCurveJsonWebKey own = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        embedded.setPayload(claims.toJson());
        embedded.setKey(own.getPrivateKey());
        embedded.setJwkHeader(own);
        embedded.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        return new String[] {
            shared.getCompactSerialization(), none.getCompactSerialization(), embedded.getCompactSerialization()
        };
    }
}
