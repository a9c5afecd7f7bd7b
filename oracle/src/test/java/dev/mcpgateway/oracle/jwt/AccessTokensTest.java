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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokensTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final String ISSUER = "https://auth.example.com";

    private final SettableClock clock = new SettableClock(NOW);
    private final MemoryKeyStore store = new MemoryKeyStore();
    private final SigningKeys keys = open(SigningAlgorithm.ES256);
    private final AccessTokens tokens = accessTokens(keys, ISSUER);
    private final Grant grant = new Grant(
            "family",
            "client",
            "4711",
            "alice",
            "https://echo.example.com/mcp",
            "mcp",
            0,
            NOW,
            NOW,
            NOW.plus(Duration.ofDays(30)),
            NOW.plus(Duration.ofDays(365)));

    private SigningKeys open(SigningAlgorithm algorithm) {
        GatewaySecrets secrets = GatewaySecrets.of(Secret.of("one secret of more than 32 characters"));
        return SigningKeys.open(new SealedKeys(store, secrets, clock), algorithm, KeySchedules.USUAL, clock);
    }

    private AccessTokens accessTokens(SigningKeys signingKeys, String issuer) {
        return new AccessTokens(
                signingKeys, issuer, Duration.ofHours(1), Duration.ofMinutes(1), new SecureTokens(), clock);
    }

    private String mint() {
        return tokens.mint(grant, "mcp").value().reveal();
    }

    private static String decoded(String token, int part) {
        return new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[part]), StandardCharsets.UTF_8);
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private void assertRefused(String token) {
        assertThat(tokens.verify(token)).isInstanceOf(Verification.Invalid.class);
    }

    @ParameterizedTest
    @EnumSource
    void verifiesWhatItMinted(SigningAlgorithm algorithm) {
        AccessTokens signed = accessTokens(open(algorithm), ISSUER);

        String token = signed.mint(grant, "mcp").value().reveal();

        assertThat(signed.verify(token)).isInstanceOfSatisfying(Verification.Genuine.class, genuine -> {
            assertThat(genuine.token().userId()).isEqualTo("4711");
            assertThat(genuine.token().clientId()).isEqualTo("client");
            assertThat(genuine.token().resource()).isEqualTo("https://echo.example.com/mcp");
            assertThat(genuine.token().scope()).isEqualTo("mcp");
            assertThat(genuine.token().grantId()).isEqualTo("family");
            assertThat(genuine.token().expiresAt()).isEqualTo(NOW.plus(Duration.ofHours(1)));
        });
        assertThat(decoded(token, 0)).contains("\"typ\":\"at+jwt\"").contains("\"alg\":\"" + algorithm + "\"");
    }

    @Test
    void stillVerifiesAfterTheAlgorithmWasChanged() {
        String token = mint();

        AccessTokens changed = accessTokens(open(SigningAlgorithm.RS256), ISSUER);

        assertThat(changed.verify(token)).isInstanceOf(Verification.Genuine.class);
        assertThat(decoded(changed.mint(grant, "mcp").value().reveal(), 0)).contains("RS256");
    }

    @Test
    void neverOutlivesTheGrant() {
        Grant ending = new Grant(
                "family",
                "client",
                "4711",
                "alice",
                grant.resource(),
                "mcp",
                0,
                NOW,
                NOW,
                NOW.plusSeconds(600),
                NOW.plusSeconds(90));

        assertThat(tokens.mint(ending, "mcp").lifetime()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void expiresAfterItsLifetimeAndTheClockSkew() {
        String token = mint();

        clock.advance(Duration.ofMinutes(61).minusMillis(1));
        assertThat(tokens.verify(token)).isInstanceOf(Verification.Genuine.class);
        clock.advance(Duration.ofMillis(1));
        assertThat(tokens.verify(token)).isEqualTo(new Verification.Invalid("the access token has expired"));
    }

    @Test
    void refusesATokenFromTheFuture() {
        clock.advance(Duration.ofMinutes(5));
        String token = mint();
        clock.advance(Duration.ofMinutes(-5));

        assertRefused(token);
    }

    @Test
    void refusesATokenOfAnotherIssuerWithTheSameKey() {
        String foreign = accessTokens(keys, "https://auth.example.net")
                .mint(grant, "mcp")
                .value()
                .reveal();

        assertThat(tokens.verify(foreign))
                .isEqualTo(new Verification.Invalid("the access token is from another issuer"));
    }

    @Test
    void refusesAnUnsignedToken() {
        String payload = mint().split("\\.", -1)[1];

        for (String algorithm : new String[] {"none", "None", "NONE", ""}) {
            String header = encoded("{\"alg\":\"" + algorithm + "\",\"typ\":\"at+jwt\",\"kid\":\""
                    + keys.current().getKeyId() + "\"}");
            assertRefused(header + "." + payload + ".");
        }
    }

    @Test
    void refusesAnHmacWithThePublicKey() throws JoseException {
        for (String secret : new String[] {
            keys.toPublicJwks(),
            keys.current().toJson(),
            Base64.getEncoder().encodeToString(keys.current().getPublicKey().getEncoded())
        }) {
            String token = signed(jws -> {
                jws.setAlgorithmHeaderValue("HS256");
                jws.setKey(new HmacKey(secret.getBytes(StandardCharsets.UTF_8)));
            });
            assertRefused(token);
        }
    }

    @Test
    void refusesAKeyThatTheTokenBrings() throws JoseException {
        PublicJsonWebKey own = EcJwkGenerator.generateJwk(EllipticCurves.P256);

        for (Map.Entry<String, Object> header : Map.<String, Object>of(
                        "jwk", own.toParams(org.jose4j.jwk.JsonWebKey.OutputControlLevel.PUBLIC_ONLY),
                        "jku", "https://evil.example/jwks",
                        "x5u", "https://evil.example/cert")
                .entrySet()) {
            String token = signed(jws -> {
                jws.setHeader(header.getKey(), header.getValue());
                jws.setKey(own.getPrivateKey());
            });
            assertRefused(token);
        }
    }

    @Test
    void refusesAnUnknownKeyId() throws JoseException {
        for (String keyId : new String[] {"", "../../keys", "' OR 1=1 --", "x".repeat(1000)}) {
            assertRefused(signed(jws -> jws.setKeyIdHeaderValue(keyId)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT", "identity+jwt", "logout+jwt", ""})
    void refusesATokenOfAnotherType(String type) throws JoseException {
        assertRefused(signed(jws -> jws.setHeader("typ", type)));
    }

    @Test
    void refusesAnUnknownCriticalHeader() throws JoseException {
        assertRefused(signed(jws -> {
            jws.setHeader("https://example.com/unknown", true);
            jws.setCriticalHeaderNames("https://example.com/unknown");
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope"})
    void refusesATokenThatLacksAClaim(String claim) throws JoseException {
        JwtClaims claims = claims();
        claims.unsetClaim(claim);

        assertRefused(signed(jws -> jws.setPayload(claims.toJson())));
    }

    @Test
    void refusesSeveralAudiences() throws JoseException {
        JwtClaims claims = claims();
        claims.setAudience("https://echo.example.com/mcp", "https://files.example.com/mcp");

        assertRefused(signed(jws -> jws.setPayload(claims.toJson())));
    }

    @Test
    void refusesEveryCutAndEveryChangedCharacter() {
        String token = mint();

        assertThat(IntStream.range(0, token.length()).mapToObj(length -> token.substring(0, length)))
                .allSatisfy(this::assertRefused);
        assertThat(IntStream.range(0, token.length() - 1)
                        .mapToObj(i ->
                                token.substring(0, i) + (token.charAt(i) == 'A' ? 'B' : 'A') + token.substring(i + 1)))
                .allSatisfy(this::assertRefused);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":1,\"kid\":2,\"typ\":3}",
                "{\"alg\":[\"ES256\"],\"kid\":{},\"typ\":null}",
                "{\"alg\":\"ES256\",\"kid\":[\"x\"],\"typ\":\"at+jwt\"}",
                "{\"alg\":\"ES256\",\"crit\":1}",
                "{\"alg\":\"ES256\",\"alg\":\"none\"}",
                "[]",
                "1e999999999",
                "{\"a\":1e999999999}",
                "null",
                "{"
            })
    void refusesHeadersOfTheWrongShape(String header) {
        assertRefused(encoded(header) + "." + encoded("{}") + "." + encoded("x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "....", "a.b.c", "a.b.c.d.e", "\u0000", "eyJ"})
    void refusesWhatIsNoToken(String text) {
        assertRefused(text);
    }

    /** Its header asks for two thousand million rounds of a hash, and for decompression. */
    @Test
    @Timeout(10)
    void refusesAnEncryptedToken() {
        String header = encoded("{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128CBC-HS256\",\"zip\":\"DEF\","
                + "\"p2c\":2147483647,\"p2s\":\"c2FsdHNhbHQ\",\"kid\":\""
                + keys.current().getKeyId() + "\",\"typ\":\"at+jwt\"}");

        assertRefused(header + ".AAAA.AAAA.AAAA.AAAA");
    }

    @Test
    void refusesALongTokenUnread() {
        assertThat(tokens.verify("x".repeat(8193)))
                .isEqualTo(new Verification.Invalid("the access token is longer than 8192 characters"));
    }

    @Test
    void publishesPublicKeysOnly() throws JoseException {
        open(SigningAlgorithm.RS256);

        String document = open(SigningAlgorithm.ES256).toPublicJwks();

        assertThat(new JsonWebKeySet(document).getJsonWebKeys())
                .hasSize(2)
                .allSatisfy(key ->
                        assertThat(key.getKeyId()).isEqualTo(key.calculateBase64urlEncodedThumbprint("SHA-256")));
        assertThat(document).doesNotContain("\"d\"").doesNotContain("\"p\"").doesNotContain("\"q\"");
    }

    private JwtClaims claims() {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setSubject("4711");
        claims.setAudience("https://echo.example.com/mcp");
        claims.setIssuedAt(NumericDate.fromSeconds(NOW.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(NOW.getEpochSecond() + 60));
        claims.setJwtId("family.id");
        claims.setStringClaim("client_id", "client");
        claims.setStringClaim("scope", "mcp");
        return claims;
    }

    /** A token that would be genuine but for the change. */
    private String signed(Consumer<JsonWebSignature> change) throws JoseException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        jws.setDoKeyValidation(false);
        jws.setHeader("typ", "at+jwt");
        jws.setKeyIdHeaderValue(keys.current().getKeyId());
        jws.setAlgorithmHeaderValue("ES256");
        jws.setKey(keys.current().getPrivateKey());
        jws.setPayload(claims().toJson());
        change.accept(jws);
        return jws.getCompactSerialization();
    }

    @Test
    void wouldAcceptTheTokenThatTheseTestsChange() throws JoseException {
        assertThat(tokens.verify(signed(_ -> {}))).isInstanceOf(Verification.Genuine.class);
    }
}
