package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.limit.RateLimit;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Rate;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;

/**
 * Proofs by which clients authenticate with a key of their own ({@code private_key_jwt}). Each is good once: this
 * oracle remembers those that have not expired. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7523#section-3">RFC 7523, section 3</a>
 */
public final class ClientAssertions {
    /** What {@code client_assertion_type} must be. */
    static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /** The algorithms that are accepted; none of them with a shared secret. */
    public static final List<String> ALGORITHMS = List.of(
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
            AlgorithmIdentifiers.EDDSA);

    private static final int MAX_LENGTH = 8192;
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MAX_REMEMBERED = 100_000;
    private static final int MAX_PER_CLIENT = 1_000;

    private final List<String> audiences;
    private final Duration clockSkew;
    private final Clock clock;
    private final RateLimit perClient;

    /** Hashes of client and {@code jti}. */
    private final Map<String, Instant> used = new LinkedHashMap<>();

    public ClientAssertions(URI issuer, Duration clockSkew, Clock clock) {
        this.audiences = List.of(
                issuer.toString(),
                issuer + "/",
                issuer + "/token",
                issuer + "/par",
                issuer + "/introspect",
                issuer + "/revoke",
                issuer + "/device_authorization");
        this.clockSkew = clockSkew;
        this.clock = clock;
        this.perClient = new RateLimit(new Rate(MAX_PER_CLIENT, LONGEST), clock);
    }

    /** The client that an assertion says it is from, not proven yet. */
    static Optional<String> claimedClient(String assertion) {
        if (assertion.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            JwtClaims claims = new JwtConsumerBuilder()
                    .setSkipAllValidators()
                    .setSkipSignatureVerification()
                    .setDisableRequireSignature()
                    .build()
                    .processToClaims(assertion);
            return Optional.ofNullable(claims.getSubject());
        } catch (InvalidJwtException | MalformedClaimException _) { // it is from nobody then
            return Optional.empty();
        }
    }

    /** Whether the client has made this assertion for us, a short while ago, and not used it here before. */
    boolean prove(Client client, String assertion) {
        if (assertion.length() > MAX_LENGTH || client.metadata().keys().isEmpty()) {
            return false;
        }
        try {
            JwtClaims claims = new JwtConsumerBuilder()
                    .setJwsAlgorithmConstraints(
                            new AlgorithmConstraints(ConstraintType.PERMIT, ALGORITHMS.toArray(String[]::new)))
                    .setVerificationKeyResolver(
                            new JwksVerificationKeyResolver(client.metadata().keys()))
                    .setExpectedIssuer(true, client.id())
                    .setExpectedSubject(client.id())
                    .setExpectedAudience(true, audiences.toArray(String[]::new))
                    .setRequireExpirationTime()
                    .setRequireJwtId()
                    .setMaxFutureValidityInMinutes(Math.toIntExact(LONGEST.toMinutes()))
                    .setAllowedClockSkewInSeconds(Math.toIntExact(clockSkew.toSeconds()))
                    .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                    .build()
                    .processToClaims(assertion);
            Instant expiresAt = Instant.ofEpochSecond(claims.getExpirationTime().getValue());
            return isFirstUse(client, claims.getJwtId(), expiresAt.plus(clockSkew));
        } catch (InvalidJwtException | MalformedClaimException _) { // what is wrong is nobody's business
            return false;
        }
    }

    /**
     * Whether nobody has seen it. A client with too many, and all of them if there are far too many, has to wait until
     * some have expired.
     */
    private synchronized boolean isFirstUse(Client client, String id, Instant expiresAt) {
        forgetExpired();
        return used.size() < MAX_REMEMBERED
                && perClient.acquire(client.id()).isEmpty()
                && used.putIfAbsent(SecureTokens.hash(client.id() + ' ' + id), expiresAt) == null;
    }

    /** They are in the order of their use and live shortly, so those that are over are in front. */
    private void forgetExpired() {
        Instant now = clock.instant();
        Iterator<Instant> oldest = used.values().iterator();
        while (oldest.hasNext() && !oldest.next().isAfter(now)) {
            oldest.remove();
        }
    }
}
