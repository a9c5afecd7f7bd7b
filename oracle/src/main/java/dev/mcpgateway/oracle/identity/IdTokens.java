package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.settings.Secret;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Checks ID tokens whole: signature by a key of the provider, and every claim that ties one to this provider, this
 * client, this sign-in and this moment.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation">OpenID Connect Core 1.0,
 *     section 3.1.3.7</a>
 */
final class IdTokens {
    private static final int MAX_LENGTH = 32_768;

    /** By public keys alone: with a shared secret the client could have made the token. */
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA384,
            AlgorithmIdentifiers.RSA_USING_SHA512,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
            AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512,
            AlgorithmIdentifiers.EDDSA);

    /** The hash whose left half {@code at_hash} is; EdDSA is left out, whose hash depends on the curve. */
    private static final Map<String, String> HASHES = Map.of("256", "SHA-256", "384", "SHA-384", "512", "SHA-512");

    private final OidcSettings settings;
    private final OidcApi provider;
    private final Clock clock;

    IdTokens(OidcSettings settings, OidcApi provider, Clock clock) {
        this.settings = settings;
        this.provider = provider;
        this.clock = clock;
    }

    /**
     * The claims of a token that is good.
     *
     * @param nonce of the sign-in; null for a token that a refresh brought, which need not repeat it
     * @throws SignInException INVALID if it is not good; UNAVAILABLE if the provider's keys cannot be had
     */
    JsonObject verify(String token, @Nullable String nonce, Secret accessToken) throws SignInException {
        if (token.length() > MAX_LENGTH) {
            throw provider.invalid("sent an ID token of more than %d characters".formatted(MAX_LENGTH));
        }
        try {
            JsonWebSignature signature = signature(token);
            List<JsonWebKey> keys = provider.keys(signature.getKeyIdHeaderValue());
            JwtContext context = consumer(keys, token);
            JsonObject claims = Json.parseObject(context.getJwtClaims().getRawJson(), OAuthError.SERVER_ERROR);
            requireAuthorizedParty(context, claims);
            if (nonce != null && !isSame(nonce, claims.getString("nonce", ""))) {
                throw provider.invalid("sent an ID token of another sign-in (nonce)");
            }
            requireAccessToken(claims, signature.getAlgorithmHeaderValue(), accessToken);
            return claims;
        } catch (InvalidJwtException e) {
            throw provider.invalid("sent an ID token that is not good: " + reasons(e));
        } catch (JoseException | MalformedClaimException | OAuthException _) { // they would repeat what came
            throw provider.invalid("sent an ID token that cannot be read");
        }
    }

    private static JsonWebSignature signature(String token) throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setCompactSerialization(token);
        return signature;
    }

    private JwtContext consumer(List<JsonWebKey> keys, String token) throws InvalidJwtException {
        return new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(ALGORITHMS)
                .setVerificationKeyResolver(new JwksVerificationKeyResolver(keys))
                .setExpectedIssuer(true, settings.issuer().toString())
                .setExpectedAudience(true, settings.clientId())
                .setRequireSubject()
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .setAllowedClockSkewInSeconds((int) settings.clockSkew().toSeconds())
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                .setIssuedAtRestrictions((int) settings.clockSkew().toSeconds(), Integer.MAX_VALUE)
                .build()
                .process(token);
    }

    private void requireAuthorizedParty(JwtContext context, JsonObject claims)
            throws SignInException, MalformedClaimException {
        String party = claims.getString("azp", "");
        boolean several = context.getJwtClaims().getAudience().size() > 1;
        if ((several || claims.containsKey("azp")) && !party.equals(settings.clientId())) {
            throw provider.invalid("sent an ID token for another client (azp)");
        }
    }

    private void requireAccessToken(JsonObject claims, String algorithm, Secret accessToken) throws SignInException {
        String hash = HASHES.get(algorithm.substring(Math.max(0, algorithm.length() - 3)));
        if (!claims.containsKey("at_hash") || hash == null) {
            return;
        }
        try {
            byte[] whole =
                    MessageDigest.getInstance(hash).digest(accessToken.reveal().getBytes(StandardCharsets.US_ASCII));
            String half =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, whole.length / 2));
            if (!isSame(half, claims.getString("at_hash", ""))) {
                throw provider.invalid("sent an ID token that belongs to another access token (at_hash)");
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + hash, e);
        }
    }

    private static boolean isSame(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /** As numbers, since their texts repeat the token. */
    private static String reasons(InvalidJwtException failure) {
        return "error codes "
                + failure.getErrorDetails().stream()
                        .map(each -> each.getErrorCode())
                        .toList();
    }
}
