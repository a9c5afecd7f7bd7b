package dev.mcpgateway.oracle.jwt;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.Grant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
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
    private static final int ID_BYTES = 16;

    /** Stands in a {@code jti} behind the id of the grant, which is base64url. */
    private static final String GRANT_END = ".";

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
        claims.setJwtId(grant.familyId() + GRANT_END + random.random(ID_BYTES));
        claims.setStringClaim("client_id", grant.clientId());
        claims.setStringClaim("scope", scope);
        return new Minted(Secret.of(keys.sign(TYPE, claims)), Duration.between(now, expiresAt));
    }

    /** Checks type, signature, issuer and times. The caller checks the audience and asks the store about the grant. */
    public Verification verify(String token) {
        if (token.length() > MAX_LENGTH) {
            return new Verification.Invalid("the access token is longer than 8192 characters");
        }
        try {
            return keys.verified(TYPE, token)
                    .<Verification>map(this::check)
                    .orElseGet(() -> new Verification.Invalid("the access token was not issued here"));
        } catch (JoseException | InvalidJwtException _) { // the reason would repeat hostile input
            return new Verification.Invalid("the access token is malformed");
        }
    }

    /** When a token that is genuine now stops being so by itself: clocks that differ a little are forgiven. */
    public Instant acceptedUntil(AccessToken token) {
        return token.expiresAt().plus(clockSkew);
    }

    private Verification check(JwtClaims claims) {
        try {
            AccessToken token = read(claims);
            Instant now = clock.instant();
            if (!issuer.equals(claims.getIssuer())) {
                return new Verification.Invalid("the access token is from another issuer");
            }
            if (!now.isBefore(acceptedUntil(token))) {
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
        String id = text(claims, "jti");
        return new AccessToken(
                id,
                text(claims, "sub"),
                text(claims, "client_id"),
                audience.getFirst(),
                text(claims, "scope"),
                grantId(id),
                time(claims, "iat"),
                time(claims, "exp"));
    }

    /** The grant of the token with this {@code jti}, which is {@code <grant>.<random>}. */
    public static String grantId(String tokenId) {
        int end = tokenId.indexOf(GRANT_END);
        if (end < 1) {
            throw new IllegalArgumentException("the id of a token begins with that of its grant");
        }
        return tokenId.substring(0, end);
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
