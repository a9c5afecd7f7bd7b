package dev.mcpgateway.oracle.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpgateway.oracle.identity.SignInException.Reason;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.testing.SettableClock;
import dev.mcpgateway.oracle.testing.github.GithubStandIn;
import dev.mcpgateway.oracle.testing.github.GithubStandIn.App;
import dev.mcpgateway.oracle.testing.github.GithubStandIn.Trouble;
import dev.mcpgateway.oracle.testing.github.Person;
import dev.mcpgateway.settings.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GithubIdentityProviderTest {
    private static final URI CALLBACK = URI.create("https://auth.example.com/callback");
    private static final SignInRequest REQUEST = new SignInRequest("the-state", CALLBACK);
    private static final Secret SECRET = Secret.of("the-gateway-secret-of-these-tests-");
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final Person ALICE = new Person("alice");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-01T12:00:00Z"));
    private final GithubStandIn github = GithubStandIn.start(new App("Iv1.app", "app-secret", CALLBACK), clock);
    private final GithubIdentityProvider provider = provider("app-secret", Duration.ofSeconds(20));

    @AfterEach
    void stop() {
        github.close();
    }

    private GithubIdentityProvider provider(String appSecret, Duration timeout) {
        return new GithubIdentityProvider(
                new GithubSettings("Iv1.app", Secret.of(appSecret), github.url(), github.apiUrl(), timeout),
                GatewaySecrets.of(SECRET));
    }

    private static Parameters query(URI uri) {
        return Parameters.parse(uri.getRawQuery());
    }

    private Parameters comeBack(Person person) {
        return query(person.allow(provider.authorizationUri(REQUEST)));
    }

    private SignInException refusal(IdentityProvider asked, Parameters callback) {
        return catchThrowableOfType(SignInException.class, () -> asked.identify(callback, REQUEST));
    }

    @Test
    void asksForNoScopeAndBindsTheCodeToThisSignIn() {
        URI authorize = provider.authorizationUri(REQUEST);

        assertThat(authorize.toString()).startsWith(github.url() + "/login/oauth/authorize?");
        Parameters query = query(authorize);
        assertThat(query.required("client_id")).isEqualTo("Iv1.app");
        assertThat(query.required("redirect_uri")).isEqualTo(CALLBACK.toString());
        assertThat(query.required("state")).isEqualTo("the-state");
        assertThat(query.required("code_challenge")).matches("[A-Za-z0-9_-]{43}");
        assertThat(query.required("code_challenge_method")).isEqualTo("S256");
        assertThat(query.optional("scope")).isEmpty();
        URI other = provider.authorizationUri(new SignInRequest("other", CALLBACK));
        assertThat(query(other).required("code_challenge")).isNotEqualTo(query.required("code_challenge"));
    }

    @Test
    void acceptsBaseUrlsThatEndInASlash() {
        GithubSettings settings = new GithubSettings(
                "Iv1.app",
                Secret.of("app-secret"),
                URI.create("https://ghe.example/"),
                URI.create("https://ghe.example/api/v3/"),
                TIMEOUT);

        assertThat(new GithubIdentityProvider(settings, GatewaySecrets.of(SECRET))
                        .authorizationUri(REQUEST)
                        .toString())
                .startsWith("https://ghe.example/login/oauth/authorize?client_id=Iv1.app&");
    }

    @Test
    void finishesASignInThatWasBegunUnderTheSecretBefore() throws SignInException {
        Secret next = Secret.of("the secret that takes over, of more than 32 characters");
        IdentityProvider after = new GithubIdentityProvider(
                new GithubSettings("Iv1.app", Secret.of("app-secret"), github.url(), github.apiUrl(), TIMEOUT),
                new GatewaySecrets(next, null, SECRET));
        SignInRequest begunBefore = SignInRequest.begin("random", SECRET, CALLBACK);
        SignInRequest begunAfter = SignInRequest.begin("random", next, CALLBACK);

        Parameters before = query(ALICE.allow(provider.authorizationUri(begunBefore)));
        assertThat(after.identify(before, begunBefore).profile().user().name()).isEqualTo("alice");
        assertThat(after.identify(query(ALICE.allow(after.authorizationUri(begunAfter))), begunAfter)
                        .profile()
                        .user()
                        .name())
                .isEqualTo("alice");
    }

    @Test
    void knowsTheUserByNumberAndLogin() throws SignInException {
        User user = provider.identify(comeBack(ALICE), REQUEST).profile().user();

        assertThat(user).isEqualTo(new User(Long.toString(github.idOf("alice")), "alice"));
    }

    @Test
    void goesOnWithASignInThatAnotherOracleBegan() throws SignInException {
        Parameters callback = comeBack(ALICE);

        assertThat(provider("app-secret", Duration.ofSeconds(20))
                        .identify(callback, REQUEST)
                        .profile()
                        .user()
                        .name())
                .isEqualTo("alice");
    }

    @Test
    void saysThatTheUserDenied() {
        Parameters callback = query(ALICE.deny(provider.authorizationUri(REQUEST)));

        assertThat(refusal(provider, callback).reason()).isEqualTo(Reason.DENIED);
    }

    @Test
    void refusesACodeThatWasUsed() throws SignInException {
        Parameters callback = comeBack(ALICE);
        provider.identify(callback, REQUEST);

        assertThat(refusal(provider, callback).reason()).isEqualTo(Reason.INVALID);
    }

    @Test
    void refusesACodeThatExpired() {
        Parameters callback = comeBack(ALICE);
        clock.advance(Duration.ofMinutes(10));

        assertThat(refusal(provider, callback).reason()).isEqualTo(Reason.INVALID);
    }

    @Test
    void refusesACodeOfAnotherSignIn() {
        URI mallory = provider.authorizationUri(new SignInRequest("of-mallory", CALLBACK));
        Parameters stolen = query(new Person("mallory").allow(mallory));

        assertThat(refusal(provider, stolen).reason()).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "state=the-state", "code=", "code=made-up"})
    void refusesWhatGithubDidNotBringBack(String callback) {
        assertThat(refusal(provider, Parameters.parse(callback)).reason()).isEqualTo(Reason.INVALID);
    }

    @Test
    void tellsTheOperatorThatGithubDoesNotTakeTheApp() {
        SignInException refusal = refusal(provider("another-secret", Duration.ofSeconds(20)), comeBack(ALICE));

        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refusal).hasMessage("GitHub refuses this gateway's app: incorrect_client_credentials");
    }

    @Test
    void tellsTheOperatorThatTheCallbackIsNotTheApps() {
        URI authorize = provider.authorizationUri(
                new SignInRequest("the-state", URI.create("https://elsewhere.example.com/callback")));

        SignInException refusal = refusal(provider, query(ALICE.allow(authorize)));

        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refusal).hasMessage("GitHub refuses this gateway's app: redirect_uri_mismatch");
    }

    @Test
    void repeatsNothingThatABrowserMadeUp() {
        SignInException refusal = refusal(provider, Parameters.parse("error=x%20y%3Cscript%3E"));

        assertThat(refusal).hasMessage("GitHub refuses this gateway's app: unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "RATE_LIMITED, limits how often it may be asked (403)",
        "SECONDARY_RATE_LIMITED, limits how often it may be asked (429)",
        "SLOW, did not answer within 500 ms",
        "STALLED, did not answer within 500 ms",
        "FAILING, answered 502",
        "GARBAGE, answered something that is not a JSON object",
        "ENDLESS, could not be asked (IOException)",
        "MOVED, answered 302"
    })
    void saysWhyGithubCannotBeAsked(Trouble trouble, String why) {
        IdentityProvider impatient = provider("app-secret", TIMEOUT);
        github.trouble(GithubStandIn.TOKEN_PATH, trouble);

        SignInException refusal = refusal(impatient, comeBack(ALICE));

        assertThat(refusal).hasMessageStartingWith("GitHub " + why);
        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void admitsNobodyWhenGithubDoesNotSayWhoItIs(Trouble trouble) {
        IdentityProvider impatient = provider("app-secret", TIMEOUT);
        github.trouble(GithubStandIn.USER_PATH, trouble);

        SignInException refusal = refusal(impatient, comeBack(ALICE));

        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(github.secrets()).noneSatisfy(secret -> assertThat(refusal).hasMessageContaining(secret));
    }

    @Test
    void saysThatGithubIsDownAndGoesOnWhenItIsBack() throws SignInException {
        Parameters callback = comeBack(ALICE);
        github.goDown();

        assertThat(refusal(provider, callback)).hasMessage("GitHub could not be asked (ConnectException)");

        github.comeBack();
        assertThat(provider.identify(callback, REQUEST).profile().user().name()).isEqualTo("alice");
    }

    @Test
    void asksForManyAtOnceAndNotForTooMany() {
        IdentityProvider impatient = provider("app-secret", Duration.ofSeconds(2));
        github.trouble(GithubStandIn.TOKEN_PATH, Trouble.SLOW);
        Parameters callback = Parameters.parse("code=x");

        List<String> refusals = IntStream.range(0, 80)
                .mapToObj(_ -> CompletableFuture.supplyAsync(
                        () -> String.valueOf(refusal(impatient, callback).getMessage()), Thread::startVirtualThread))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(refusals)
                .filteredOn(why -> why.contains("too often at once"))
                .isNotEmpty();
        assertThat(refusals)
                .filteredOn(why -> why.contains("did not answer within"))
                .hasSizeGreaterThanOrEqualTo(64);
    }
}
