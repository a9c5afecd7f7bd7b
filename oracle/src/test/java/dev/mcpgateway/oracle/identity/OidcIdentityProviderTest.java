package dev.mcpgateway.oracle.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpgateway.oracle.identity.SignInException.Reason;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.testing.SettableClock;
import dev.mcpgateway.oracle.testing.oidc.OpenIdStandIn;
import dev.mcpgateway.settings.Secret;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class OidcIdentityProviderTest {
    private static final URI CALLBACK = URI.create("https://auth.example.com/callback");
    private static final SignInRequest REQUEST = new SignInRequest("the-state", CALLBACK);
    private static final Secret SECRET = Secret.of("the-gateway-secret-of-these-tests-");
    private static final String SUB = "auth0|A1";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-01T12:00:00Z"));
    private final OpenIdStandIn op = OpenIdStandIn.start(clock);
    private final OidcIdentityProvider provider = provider(op.issuer(), OpenIdStandIn.CLIENT_SECRET);

    OidcIdentityProviderTest() {
        op.user(SUB, claims("{'preferred_username': 'alice'}"));
    }

    @AfterEach
    void stop() {
        op.close();
    }

    private OidcIdentityProvider provider(URI issuer, String secret) {
        return new OidcIdentityProvider(
                new OidcSettings(
                        "company",
                        "Example Ltd",
                        issuer,
                        OpenIdStandIn.CLIENT_ID,
                        Secret.of(secret),
                        List.of("openid", "email"),
                        "groups",
                        Map.of("access_type", "offline"),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60)),
                GatewaySecrets.of(SECRET),
                clock);
    }

    private static JsonObject claims(String json) {
        return Json.createReader(new StringReader(json.replace('\'', '"'))).readObject();
    }

    private Parameters callback() throws SignInException {
        return Parameters.parse(
                op.signIn(provider.authorizationUri(REQUEST), SUB).getRawQuery());
    }

    private Identification signIn() throws SignInException {
        return provider.identify(callback(), REQUEST);
    }

    private SignInException refusal() {
        return catchThrowableOfType(SignInException.class, this::signIn);
    }

    private SignInException recheckRefusal(Identification identified) {
        return catchThrowableOfType(SignInException.class, () -> recheck(identified));
    }

    private Identification recheck(Identification identified) throws SignInException {
        return provider.recheck(identified.profile().user(), String.valueOf(identified.proof()));
    }

    @Test
    void bindsTheSignInToItselfInThreeWays() throws SignInException {
        Parameters query = Parameters.parse(provider.authorizationUri(REQUEST).getRawQuery());

        assertThat(query.required("response_type")).isEqualTo("code");
        assertThat(query.required("client_id")).isEqualTo(OpenIdStandIn.CLIENT_ID);
        assertThat(query.required("redirect_uri")).isEqualTo(CALLBACK.toString());
        assertThat(query.required("scope")).isEqualTo("openid email");
        assertThat(query.required("state")).isEqualTo("the-state");
        assertThat(query.required("nonce")).matches("[A-Za-z0-9_-]{43}");
        assertThat(query.required("code_challenge")).matches("[A-Za-z0-9_-]{43}");
        assertThat(query.required("code_challenge_method")).isEqualTo("S256");
        assertThat(query.required("access_type")).isEqualTo("offline");
    }

    @Test
    void knowsTheUserByProviderAndSubject() throws SignInException {
        Identification identified = signIn();

        assertThat(identified.profile().user()).isEqualTo(new User("oidc:company:" + SUB, "alice"));
        assertThat(identified.profile().facts()).isEmpty();
    }

    @Test
    void makesFactsOfVerifiedAddressesAndGroups() throws SignInException {
        op.user(SUB, claims("{'email': 'Alice@Example.com', 'email_verified': true, 'groups': ['Staff', '/a/b']}"));

        assertThat(signIn().profile().facts())
                .containsExactlyInAnyOrder(
                        "oidc-email:company:alice@example.com",
                        "oidc-domain:company:example.com",
                        "oidc-group:company:Staff",
                        "oidc-group:company:/a/b");
    }

    @Test
    void readsClaimsThatUserinfoAloneHas() throws SignInException {
        op.keepClaimsOutOfIdTokens();
        op.user(SUB, claims("{'email': 'alice@example.com', 'email_verified': 'true', 'groups': 'Staff'}"));

        assertThat(signIn().profile().facts()).contains("oidc-domain:company:example.com", "oidc-group:company:Staff");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'email': 'alice@example.com'}",
                "{'email': 'alice@example.com', 'email_verified': false}",
                "{'email': 'alice@example.com', 'email_verified': 'yes'}",
                "{'email': 'alice@example.com', 'email_verified': 1}",
                "{'email': 'alice@evil.example@example.com', 'email_verified': true}",
                "{'email': 'alice@ex\u0430mple.com', 'email_verified': true}",
                "{'email': '@example.com', 'email_verified': true}",
                "{'email': 'example.com', 'email_verified': true}",
                "{'groups': {'a': 1}}",
                "{'groups': [1, {'a': 'Staff'}, null]}"
            })
    void makesNoFactOfWhatIsNotOne(String user) throws SignInException {
        op.user(SUB, claims(user));

        assertThat(signIn().profile().facts()).isEmpty();
    }

    @Test
    void takesAnAddressAndItsVerificationFromTheSameSource() throws SignInException {
        op.user(SUB, claims("{'email': 'chosen-by-the-user@example.com'}"));
        op.changeClaims(token -> {
            token.setStringClaim("email", "alice@other.example");
            token.setClaim("email_verified", true);
        });

        assertThat(signIn().profile().facts()).isEmpty();
    }

    static Stream<Named<Consumer<JwtClaims>>> wrongClaims() {
        return Stream.of(
                Named.of("issuer", claims -> claims.setIssuer("https://evil.example")),
                Named.of("no issuer", claims -> claims.unsetClaim("iss")),
                Named.of("audience", claims -> claims.setAudience("another-client")),
                Named.of("no audience", claims -> claims.unsetClaim("aud")),
                Named.of("several audiences", claims -> claims.setAudience(OpenIdStandIn.CLIENT_ID, "another-client")),
                Named.of("authorized party", claims -> claims.setStringClaim("azp", "another-client")),
                Named.of("no subject", claims -> claims.unsetClaim("sub")),
                Named.of("odd subject", claims -> claims.setSubject("a b")),
                Named.of("no end", claims -> claims.unsetClaim("exp")),
                Named.of("expired", claims -> claims.setExpirationTime(NumericDate.fromSeconds(1_700_000_000))),
                Named.of("no beginning", claims -> claims.unsetClaim("iat")),
                Named.of("of the future", claims -> claims.setIssuedAt(NumericDate.fromSeconds(1_900_000_000))),
                Named.of("nonce", claims -> claims.setStringClaim("nonce", "another")),
                Named.of("no nonce", claims -> claims.unsetClaim("nonce")),
                Named.of("access token", claims -> claims.setStringClaim("at_hash", "x".repeat(22))));
    }

    @ParameterizedTest
    @MethodSource("wrongClaims")
    void refusesAnIdTokenWithWrongClaims(Consumer<JwtClaims> wrong) {
        op.changeClaims(wrong);

        assertThat(refusal().reason()).isEqualTo(Reason.INVALID);
    }

    @Test
    void acceptsSeveralAudiencesIfThisClientIsTheAuthorizedParty() throws SignInException {
        op.changeClaims(claims -> {
            claims.setAudience("another-client", OpenIdStandIn.CLIENT_ID);
            claims.setStringClaim("azp", OpenIdStandIn.CLIENT_ID);
        });

        assertThat(signIn().profile().user().name()).isEqualTo("alice");
    }

    static Stream<Named<Consumer<JsonWebSignature>>> wrongSignatures() {
        return Stream.of(
                Named.of("none", signature -> {
                    signature.setAlgorithmConstraints(AlgorithmConstraints.ALLOW_ONLY_NONE);
                    signature.setAlgorithmHeaderValue("none");
                    signature.setKey(null);
                }),
                Named.of("shared secret", signature -> {
                    signature.setAlgorithmHeaderValue("HS256");
                    signature.setKey(
                            new HmacKey(OpenIdStandIn.CLIENT_SECRET.repeat(3).getBytes(StandardCharsets.UTF_8)));
                }),
                Named.of("unknown key", signature -> signature.setKeyIdHeaderValue("another")));
    }

    @ParameterizedTest
    @MethodSource("wrongSignatures")
    void refusesAnIdTokenWithAWrongSignature(Consumer<JsonWebSignature> wrong) {
        op.changeSigning(wrong);

        assertThat(refusal().reason()).isEqualTo(Reason.INVALID);
    }

    @Test
    void fetchesKeysAgainThatItDoesNotKnowButNotTooOften() throws SignInException {
        signIn();
        assertThat(op.keysFetched()).isEqualTo(1);
        op.rotateKey();

        assertThat(refusal().reason()).isEqualTo(Reason.INVALID);
        assertThat(op.keysFetched()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(30));

        assertThat(signIn().profile().user().name()).isEqualTo("alice");
        assertThat(op.keysFetched()).isEqualTo(2);
    }

    @Test
    void forgetsKeysThatAreNotPublishedAnyMore() throws SignInException {
        signIn();
        clock.advance(Duration.ofHours(1));

        signIn();

        assertThat(op.keysFetched()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"&iss=https%3A%2F%2Fevil.example", ""})
    void refusesTheAnswerOfAnotherIssuer(String issuer) throws SignInException {
        String query = op.signIn(provider.authorizationUri(REQUEST), SUB).getRawQuery();
        Parameters answer = Parameters.parse(query.replaceFirst("&iss=.*", "") + issuer);

        SignInException refusal = catchThrowableOfType(SignInException.class, () -> provider.identify(answer, REQUEST));

        assertThat(refusal.reason()).isEqualTo(Reason.INVALID);
        assertThat(refusal).hasMessageContaining("iss");
    }

    @Test
    void takesAnAnswerWithoutIssuerFromAProviderThatNeverNamesIt() throws SignInException {
        op.changeMetadata(document -> document.remove("authorization_response_iss_parameter_supported"));
        String query = op.signIn(provider.authorizationUri(REQUEST), SUB).getRawQuery();

        assertThat(provider.identify(Parameters.parse(query.replaceFirst("&iss=.*", "")), REQUEST)
                        .profile()
                        .user()
                        .name())
                .isEqualTo("alice");
    }

    @Test
    void refusesACodeOfAnotherSignIn() throws SignInException {
        URI stolen = op.signIn(provider.authorizationUri(new SignInRequest("of-mallory", CALLBACK)), SUB);

        SignInException refusal = catchThrowableOfType(
                SignInException.class, () -> provider.identify(Parameters.parse(stolen.getRawQuery()), REQUEST));

        assertThat(refusal.reason()).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @CsvSource({
        "access_denied, DENIED",
        "login_required, DENIED",
        "temporarily_unavailable, UNAVAILABLE",
        "server_error, UNAVAILABLE",
        "invalid_scope, UNAVAILABLE",
        "unauthorized_client, UNAVAILABLE"
    })
    void knowsWhatAnErrorMeans(String error, Reason reason) {
        String query = "error=" + error + "&iss="
                + op.issuer().toString().replace(":", "%3A").replace("/", "%2F");

        SignInException refusal =
                catchThrowableOfType(SignInException.class, () -> provider.identify(Parameters.parse(query), REQUEST));

        assertThat(refusal.reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "/.well-known/openid-configuration, 500",
        "/.well-known/openid-configuration, 404",
        "/token, 500",
        "/token, 429",
        "/jwks, 503",
        "/userinfo, 502"
    })
    void saysThatTheProviderCannotBeAsked(String path, int status) throws SignInException {
        op.fail(path, status);

        SignInException refusal = refusal();

        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refusal).hasMessageStartingWith("Example Ltd ");
    }

    @Test
    void refusesADiscoveryDocumentOfAnotherIssuer() {
        op.changeMetadata(document -> document.add("issuer", "https://evil.example"));

        assertThat(refusal()).hasMessageContaining("another issuer");
    }

    @Test
    void saysThatTheSecretIsWrong() throws SignInException {
        OidcIdentityProvider wrong = provider(op.issuer(), "wrong");
        Parameters callback = callback();

        SignInException refusal = catchThrowableOfType(SignInException.class, () -> wrong.identify(callback, REQUEST));

        assertThat(refusal).hasMessage("Example Ltd refuses this gateway: invalid_client");
    }

    @Test
    void asksAgainWithTheRefreshTokenThatCameLast() throws SignInException {
        op.user(SUB, claims("{'groups': ['Staff']}"));
        Identification first = signIn();

        Identification second = recheck(first);
        op.user(SUB, claims("{'groups': []}"));
        Identification third = recheck(second);

        assertThat(second.profile().facts()).containsExactly("oidc-group:company:Staff");
        assertThat(third.profile().facts()).isEmpty();
        assertThat(third.profile().user().id()).isEqualTo("oidc:company:" + SUB);
    }

    @Test
    void seesThatAUserIsGone() throws SignInException {
        Identification identified = signIn();
        op.remove(SUB);

        assertThat(recheckRefusal(identified).reason()).isEqualTo(Reason.INVALID);
    }

    @Test
    void takesNoOutageForTheEndOfAUser() throws SignInException {
        Identification identified = signIn();
        op.fail("/token", 503);

        assertThat(recheckRefusal(identified).reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void asksWithTheAccessTokenAsLongAsItLastsIfThereIsNoOther() throws SignInException {
        op.giveNoRefreshTokens();
        op.user(SUB, claims("{'groups': ['Staff']}"));
        Identification identified = signIn();

        assertThat(recheck(identified).profile().facts()).containsExactly("oidc-group:company:Staff");

        op.expireAccessTokens();
        assertThat(recheckRefusal(identified).reason()).isEqualTo(Reason.EXPIRED);
    }

    @Test
    void believesNoAnswerAboutAnotherUser() throws SignInException {
        Identification identified = signIn();
        op.changeClaims(claims -> claims.setSubject("somebody-else"));

        assertThat(recheckRefusal(identified).reason()).isEqualTo(Reason.INVALID);
    }
}
