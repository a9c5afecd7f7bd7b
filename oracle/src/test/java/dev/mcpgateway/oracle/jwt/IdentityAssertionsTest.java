package dev.mcpgateway.oracle.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.key.SealedKeys;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.testing.KeySchedules;
import dev.mcpgateway.oracle.testing.MemoryKeyStore;
import dev.mcpgateway.oracle.testing.SettableClock;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.Grant;
import java.time.Duration;
import java.time.Instant;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.Test;

class IdentityAssertionsTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final String ISSUER = "https://auth.example.com";
    private static final String ECHO = "https://echo.example.com/mcp";

    private final SettableClock clock = new SettableClock(NOW);
    private final SigningKeys keys = SigningKeys.open(
            new SealedKeys(new MemoryKeyStore(), GatewaySecrets.of(Secret.of("x".repeat(32))), clock),
            SigningAlgorithm.ES256,
            KeySchedules.USUAL,
            clock);
    private final IdentityAssertions assertions = new IdentityAssertions(keys, ISSUER, new SecureTokens(), clock);
    private final Grant grant = new Grant(
            "family",
            "client",
            "4711",
            "alice",
            ECHO,
            "mcp files",
            0,
            NOW,
            NOW,
            NOW.plus(Duration.ofDays(30)),
            NOW.plus(Duration.ofDays(365)));

    private AccessToken token(String id) {
        return new AccessToken(id, "4711", "client", ECHO, "mcp", "family", NOW, NOW.plus(Duration.ofHours(1)));
    }

    /** As an MCP server does it, with what /jwks publishes. */
    private JwtClaims check(String assertion) throws Exception {
        return new JwtConsumerBuilder()
                .setExpectedType(true, "identity+jwt")
                .setExpectedIssuer(ISSUER)
                .setExpectedAudience(ECHO)
                .setRequireExpirationTime()
                .setEvaluationTime(NumericDate.fromSeconds(clock.instant().getEpochSecond()))
                .setVerificationKeyResolver(
                        new JwksVerificationKeyResolver(new JsonWebKeySet(keys.toPublicJwks()).getJsonWebKeys()))
                .build()
                .processToClaims(assertion);
    }

    @Test
    void tellsTheServiceWhoCallsIt() throws Exception {
        JwtClaims claims = check(assertions.of(token("family.1"), grant));

        assertThat(claims.getSubject()).isEqualTo("4711");
        assertThat(claims.getStringClaimValue("name")).isEqualTo("alice");
        assertThat(claims.getStringClaimValue("client_id")).isEqualTo("client");
        assertThat(claims.getStringClaimValue("scope")).isEqualTo("mcp");
        assertThat(claims.getExpirationTime().getValue())
                .isEqualTo(NOW.plus(Duration.ofMinutes(5)).getEpochSecond());
    }

    @Test
    void isNoAccessToken() {
        AccessTokens accessTokens =
                new AccessTokens(keys, ISSUER, Duration.ofHours(1), Duration.ofMinutes(1), new SecureTokens(), clock);

        assertThat(accessTokens.verify(assertions.of(token("family.1"), grant)))
                .isInstanceOf(Verification.Invalid.class);
    }

    @Test
    void isMintedOnceForAToken() {
        String first = assertions.of(token("family.1"), grant);

        clock.advance(Duration.ofMinutes(4).minusMillis(1));
        assertThat(assertions.of(token("family.1"), grant)).isEqualTo(first);
        assertThat(assertions.of(token("family.2"), grant)).isNotEqualTo(first);
        clock.advance(Duration.ofMillis(1));
        assertThat(assertions.of(token("family.1"), grant)).isNotEqualTo(first);
    }

    @Test
    void isMintedAgainWhenItsKeyWasWithdrawn() throws Exception {
        String before = assertions.of(token("family.1"), grant);

        keys.withdraw(keys.current().getKeyId());

        String after = assertions.of(token("family.1"), grant);
        assertThat(after).isNotEqualTo(before);
        assertThat(check(after).getSubject()).isEqualTo("4711");
    }
}
