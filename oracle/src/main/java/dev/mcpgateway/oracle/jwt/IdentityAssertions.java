package dev.mcpgateway.oracle.jwt;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.storage.Grant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;

/**
 * What an MCP server may be told about a caller, signed: it can be checked with the keys of {@code /jwks}. It is no
 * access token and is refused as one. One is minted for each access token, and again shortly before it expires.
 * Thread-safe.
 */
public final class IdentityAssertions {
    /** The {@code typ} by which it differs from an access token. */
    public static final String TYPE = "identity+jwt";

    private static final Duration LIFETIME = Duration.ofMinutes(5);

    /** Less is never left of an assertion that is given out. */
    private static final Duration LEAST_LEFT = Duration.ofMinutes(1);

    private static final int MAX_KEPT = 10_000;
    private static final int ID_BYTES = 16;

    private final SigningKeys keys;
    private final String issuer;
    private final SecureTokens random;
    private final Clock clock;
    private final Map<String, Minted> byToken = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Minted> eldest) {
            return size() > MAX_KEPT;
        }
    };

    private record Minted(String value, Instant expiresAt) {}

    public IdentityAssertions(SigningKeys keys, String issuer, SecureTokens random, Clock clock) {
        this.keys = keys;
        this.issuer = issuer;
        this.random = random;
        this.clock = clock;
        keys.rings().forEach(ring -> ring.onChange(this::forget));
    }

    /** The assertion about whoever holds this token, for the service that the token is for. */
    public String of(AccessToken token, Grant grant) {
        Instant now = clock.instant();
        synchronized (byToken) {
            Minted kept = byToken.get(token.id());
            if (kept != null && kept.expiresAt().isAfter(now.plus(LEAST_LEFT))) {
                return kept.value();
            }
        }
        Minted minted = mint(token, grant, now.truncatedTo(ChronoUnit.SECONDS));
        synchronized (byToken) {
            byToken.put(token.id(), minted);
        }
        return minted.value();
    }

    private Minted mint(AccessToken token, Grant grant, Instant now) {
        Instant expiresAt = now.plus(LIFETIME);
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer);
        claims.setSubject(grant.userId());
        claims.setAudience(grant.resource());
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(expiresAt.getEpochSecond()));
        claims.setJwtId(random.random(ID_BYTES));
        claims.setStringClaim("name", grant.userName());
        claims.setStringClaim("client_id", grant.clientId());
        claims.setStringClaim("scope", token.scope());
        return new Minted(keys.sign(TYPE, claims), expiresAt);
    }

    /** None that a withdrawn key has signed is given out again. */
    private void forget() {
        synchronized (byToken) {
            byToken.clear();
        }
    }
}
