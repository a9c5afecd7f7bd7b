package dev.mcpgateway.oracle.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpgateway.oracle.identity.SignInException.Reason;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.testing.github.GithubStandIn;
import dev.mcpgateway.oracle.testing.github.GithubStandIn.App;
import dev.mcpgateway.oracle.testing.github.GithubStandIn.Trouble;
import dev.mcpgateway.oracle.testing.github.Person;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GithubMembershipsTest {
    private static final URI CALLBACK = URI.create("https://auth.example.com/callback");
    private static final SignInRequest REQUEST = new SignInRequest("the-state", CALLBACK);
    private static final Secret SECRET = Secret.of("the-gateway-secret-of-these-tests-");
    private static final Person ALICE = new Person("alice");

    private final GithubStandIn github = GithubStandIn.start(new App("Iv1.app", "app-secret", CALLBACK));
    private Set<String> wanted = Set.of("github-org:acme", "github-team:acme/platform", "github:bob");
    private final GithubIdentityProvider provider = provider();

    @AfterEach
    void stop() {
        github.close();
    }

    private GithubIdentityProvider provider() {
        GithubIdentityProvider started = new GithubIdentityProvider(
                new GithubSettings(
                        "Iv1.app", Secret.of("app-secret"), github.url(), github.apiUrl(), Duration.ofSeconds(10)),
                GatewaySecrets.of(SECRET));
        started.start(new SignInEnvironment(
                new Settings(Map.of(), GatewayFile.empty(), new Problems()),
                URI.create("https://auth.example.com"),
                "example.com",
                List.of(),
                () -> wanted,
                GatewaySecrets.of(SECRET),
                Clock.systemUTC()));
        return started;
    }

    private Identification signIn() throws SignInException {
        URI back = ALICE.allow(provider.authorizationUri(REQUEST));
        return provider.identify(Parameters.parse(back.getRawQuery()), REQUEST);
    }

    private Set<String> facts() throws SignInException {
        return signIn().profile().facts();
    }

    @Test
    void asksForTheScopeOnlyIfARuleNeedsIt() {
        assertThat(provider.authorizationUri(REQUEST).toString()).contains("&scope=read%3Aorg&");

        wanted = Set.of("github:alice", "oidc-domain:company:example.com");

        assertThat(provider.authorizationUri(REQUEST).toString()).doesNotContain("scope=");
    }

    @Test
    void keepsNoTokenIfNoRuleNeedsIt() throws SignInException {
        wanted = Set.of("github:alice");

        Identification identified = signIn();

        assertThat(identified.proof()).isNull();
        assertThat(identified.profile().facts()).isEmpty();
        assertThat(github.questions()).isEqualTo(1);
    }

    @Test
    void findsMembershipsWhateverTheirCase() throws SignInException {
        github.join("Alice", "Acme");
        github.join("alice", "acme/platform");

        Identification identified = signIn();

        assertThat(identified.profile().facts())
                .containsExactlyInAnyOrder("github-org:acme", "github-team:acme/platform");
        assertThat(identified.obstacles()).isEmpty();
        assertThat(identified.toString()).doesNotContain(String.valueOf(identified.proof()));
    }

    @Test
    void asksAboutNothingThatNoRuleNames() throws SignInException {
        github.join("alice", "acme");
        github.join("alice", "secret-club");

        assertThat(facts()).containsExactly("github-org:acme");
        assertThat(github.questions()).isEqualTo(3);
    }

    @Test
    void believesNoTeamOfAnOrganisationThatTheUserIsNotIn() throws SignInException {
        github.join("alice", "acme/platform");

        assertThat(facts()).isEmpty();
    }

    @Test
    void countsNoInvitationThatWasNotAccepted() throws SignInException {
        github.invite("alice", "acme");

        Identification identified = signIn();

        assertThat(identified.profile().facts()).isEmpty();
        assertThat(identified.obstacles())
                .containsExactly("accept the invitation of acme at " + github.url()
                        + "/orgs/acme/invitation, then connect again");
    }

    @Test
    void saysWhereToGoThroughTheSignOnOfAnOrganisation() throws SignInException {
        github.join("alice", "acme");
        github.wantSignOn("acme");

        Identification identified = signIn();

        assertThat(identified.profile().facts()).isEmpty();
        assertThat(identified.obstacles())
                .containsExactly("acme wants its single sign-on: go through it at " + github.url()
                        + "/orgs/acme/sso?authorization_request=AZSCKtL4, then connect again");
    }

    @Test
    void saysThatAnOrganisationHasToApproveTheApp() throws SignInException {
        github.join("alice", "acme");
        github.restrictApps("acme");

        Identification identified = signIn();

        assertThat(identified.profile().facts()).isEmpty();
        assertThat(identified.obstacles())
                .singleElement()
                .asString()
                .contains("acme does not let this gateway see its members", "has to approve the app");
    }

    @Test
    void saysThatTheUserMustAllowIt() throws SignInException {
        wanted = Set.of();
        URI authorize = provider.authorizationUri(REQUEST);
        wanted = Set.of("github-org:acme");
        URI back = ALICE.allow(authorize);

        Identification identified = provider.identify(Parameters.parse(back.getRawQuery()), REQUEST);

        assertThat(identified.proof()).isNull();
        assertThat(identified.obstacles())
                .containsExactly("GitHub was not allowed to tell of organisations: connect again and allow that");
    }

    @Test
    void refusesASuspendedAccount() {
        github.suspend("alice");

        SignInException refusal = catchThrowableOfType(SignInException.class, this::signIn);

        assertThat(refusal).hasMessage("GitHub has suspended the account");
        assertThat(refusal.reason()).isEqualTo(Reason.DENIED);
    }

    @Test
    void saysHowLongGithubDoesNotWantToBeAsked() {
        github.trouble(GithubStandIn.MEMBERSHIPS_PATH, Trouble.SECONDARY_RATE_LIMITED);

        SignInException refusal = catchThrowableOfType(SignInException.class, this::signIn);

        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void waitsForTheResetOfThePrimaryLimit() {
        github.trouble(GithubStandIn.MEMBERSHIPS_PATH, Trouble.RATE_LIMITED);

        SignInException refusal = catchThrowableOfType(SignInException.class, this::signIn);

        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refusal.retryAfter()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAILING", "GARBAGE", "MOVED"})
    void takesNoFailureForAnAnswer(Trouble trouble) throws SignInException {
        github.join("alice", "acme");
        Identification identified = signIn();
        github.trouble(GithubStandIn.MEMBERSHIPS_PATH, trouble);

        SignInException refusal = catchThrowableOfType(
                SignInException.class,
                () -> provider.recheck(identified.profile().user(), String.valueOf(identified.proof())));

        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refusal.retryAfter()).isNull();
    }

    @Test
    void seesLaterThatSomebodyHasLeft() throws SignInException {
        github.join("alice", "acme");
        github.join("alice", "acme/platform");
        Identification identified = signIn();
        String proof = String.valueOf(identified.proof());
        User alice = identified.profile().user();

        github.leave("alice", "acme/platform");
        assertThat(provider.recheck(alice, proof).profile().facts()).containsExactly("github-org:acme");

        github.leave("alice", "acme");
        assertThat(provider.recheck(alice, proof).profile().facts()).isEmpty();
    }

    @Test
    void seesLaterThatTheTokenWasTakenBack() throws SignInException {
        github.join("alice", "acme");
        Identification identified = signIn();
        github.takeBackTokens("alice");

        SignInException refusal = catchThrowableOfType(
                SignInException.class,
                () -> provider.recheck(identified.profile().user(), String.valueOf(identified.proof())));

        assertThat(refusal.reason()).isEqualTo(Reason.INVALID);
    }
}
