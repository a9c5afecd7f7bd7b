package dev.mcpgateway.oracle.jwt;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.Grant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;

/**
 * Access tokens as signed JWTs. Minting writes nothing: a token names its grant, and ends with it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8725">RFC 8725: JWT best current practices</a>
 */
public final class AccessTokens {
    /** Longer tokens are refused before anything is decoded. */
    public static final int MAX_LENGTH = 8192;

    private static final String TYPE = "at+jwt";
    private static final String GRANT_ID = "grant_id";
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            Stream.of(SigningAlgorithm.values()).map(Enum::name).toArray(String[]::new));
    private static final int ID_BYTES = 16;

    private final SigningKeys keys;
    private final String issuer;
    private final Duration lifetime;
    private final Duration clockSkew;
    private final SecureTokens random;
    private final Clock clock;

    public AccessTokens(
            SigningKeys keys, String issuer, Duration lifetime, Duration clockSkew, SecureTokens random, Clock clock) {
        this.keys = keys;
        this.issuer = issuer;
        this.lifetime = lifetime;
        this.clockSkew = clockSkew;
        this.random = random;
        this.clock = clock;
    }

    /** A new token and how long it is valid, in whole seconds. */
    public record Minted(Secret value, Duration lifetime) {}

    /**
     * A token of this grant; it never outlives the grant.
     *
     * @param scope space-separated, part of the grant's
     */
    public Minted mint(Grant grant, String scope) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant expiresAt = Stream.of(now.plus(lifetime), grant.idleExpiresAt(), grant.expiresAt())
                .min(Instant::compareTo)
                .orElseThrow()
                .truncatedTo(ChronoUnit.SECONDS);
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer);
        claims.setSubject(grant.userId());
        claims.setAudience(grant.resource());
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(expiresAt.getEpochSecond()));
        claims.setJwtId(random.random(ID_BYTES));
        claims.setStringClaim("client_id", grant.clientId());
        claims.setStringClaim("scope", scope);
        claims.setStringClaim(GRANT_ID, grant.familyId());
        return new Minted(Secret.of(sign(claims)), Duration.between(now, expiresAt));
    }

    /** Checks type, signature, issuer and times. The caller checks the audience and asks the store about the grant. */
    public Verification verify(String token) {
        if (token.length() > MAX_LENGTH) {
            return new Verification.Invalid("the access token is longer than 8192 characters");
        }
        try {
            return signedClaims(token)
                    .<Verification>map(this::check)
                    .orElseGet(() -> new Verification.Invalid("the access token was not issued here"));
        } catch (JoseException | InvalidJwtException _) { // the reason would repeat hostile input
            return new Verification.Invalid("the access token is malformed");
        }
    }

    private String sign(JwtClaims claims) {
        PublicJsonWebKey key = keys.current();
        JsonWebSignature jws = new JsonWebSignature();
        jws.setHeader("typ", TYPE);
        jws.setKeyIdHeaderValue(key.getKeyId());
        jws.setAlgorithmHeaderValue(key.getAlgorithm());
        jws.setKey(key.getPrivateKey());
        jws.setPayload(claims.toJson());
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("signing failed", e);
        }
    }

    /**
     * The claims, if one of our own keys signed them as an access token. The key is chosen by {@code kid} alone, so
     * that {@code jwk}, {@code jku} and {@code x5u} have no say, and decides the algorithm.
     */
    private Optional<JwtClaims> signedClaims(String token) throws JoseException, InvalidJwtException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmConstraints(ALGORITHMS);
        jws.setCompactSerialization(token);
        if (!(jws.getHeaders().getObjectHeaderValue("kid") instanceof String keyId)) {
            return Optional.empty();
        }
        PublicJsonWebKey key = keys.find(keyId).orElse(null);
        if (key == null
                || !key.getAlgorithm().equals(jws.getHeaders().getObjectHeaderValue("alg"))
                || !isAccessToken(jws.getHeaders().getObjectHeaderValue("typ"))) {
            return Optional.empty();
        }
        jws.setKey(key.getPublicKey());
        return jws.verifySignature() ? Optional.of(JwtClaims.parse(jws.getPayload())) : Optional.empty();
    }

    private static boolean isAccessToken(Object type) {
        return type instanceof String text
                && (text.equalsIgnoreCase(TYPE) || text.equalsIgnoreCase("application/" + TYPE));
    }

    private Verification check(JwtClaims claims) {
        try {
            AccessToken token = read(claims);
            Instant now = clock.instant();
            if (!issuer.equals(claims.getIssuer())) {
                return new Verification.Invalid("the access token is from another issuer");
            }
            if (!now.isBefore(token.expiresAt().plus(clockSkew))) {
                return new Verification.Invalid("the access token has expired");
            }
            if (token.issuedAt().isAfter(now.plus(clockSkew).plusSeconds(1))) {
                return new Verification.Invalid("the access token is from the future");
            }
            return new Verification.Genuine(token);
        } catch (MalformedClaimException | IllegalArgumentException _) { // ours are complete
            return new Verification.Invalid("the access token lacks a claim");
        }
    }

    private static AccessToken read(JwtClaims claims) throws MalformedClaimException {
        List<String> audience = claims.getAudience();
        if (audience.size() != 1) {
            throw new IllegalArgumentException("not exactly one audience");
        }
        return new AccessToken(
                text(claims, "jti"),
                text(claims, "sub"),
                text(claims, "client_id"),
                audience.getFirst(),
                text(claims, "scope"),
                text(claims, GRANT_ID),
                time(claims, "iat"),
                time(claims, "exp"));
    }

    private static String text(JwtClaims claims, String name) throws MalformedClaimException {
        if (!claims.hasClaim(name)) {
            throw new IllegalArgumentException(name);
        }
        return claims.getStringClaimValue(name);
    }

    private static Instant time(JwtClaims claims, String name) throws MalformedClaimException {
        if (!claims.hasClaim(name)) {
            throw new IllegalArgumentException(name);
        }
        return Instant.ofEpochSecond(claims.getNumericDateClaimValue(name).getValue());
    }
}
