package dev.mcpgateway.oracle.admission;

import static dev.mcpgateway.oracle.testing.Browser.location;
import static dev.mcpgateway.oracle.testing.Browser.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.identity.GithubIdentityProvider;
import dev.mcpgateway.oracle.identity.GithubSettings;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.oracle.testing.github.GithubStandIn;
import dev.mcpgateway.oracle.testing.github.GithubStandIn.App;
import dev.mcpgateway.oracle.testing.github.GithubStandIn.Trouble;
import dev.mcpgateway.oracle.testing.github.Person;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.AuditStore.AuditEvent;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From the sign-in at GitHub to the end of the grants of somebody who has left. */
@Timeout(120)
class GithubAdmissionTest {
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final Duration MAX_AGE = Duration.ofHours(1);
    private static final String FILE = """
            services:
              echo: {upstream: x, allow: [group:staff, 'github:bob']}
              files: {upstream: x, allow: ['github-team:acme/platform']}
            groups:
              staff: ['github-org:acme']
            """;

    private final GithubStandIn github =
            GithubStandIn.start(new App("Iv1.app", "app-secret", URI.create("https://auth.example.com/callback")));
    private final RunningOracle oracle = RunningOracle.startWithProviders(providers(), Map.of(), FILE);
    private final String clientId = oracle.registerClient();

    @AfterEach
    void stop() {
        oracle.close();
        github.close();
    }

    private List<IdentityProvider> providers() {
        return List.of(new GithubIdentityProvider(
                new GithubSettings(
                        "Iv1.app", Secret.of("app-secret"), github.url(), github.apiUrl(), Duration.ofSeconds(10)),
                GatewaySecrets.of(Secret.of(RunningOracle.GATEWAY_SECRET))));
    }

    private HttpResponse<String> signIn(String login) {
        Browser browser = new Browser(oracle);
        return browser.comeBack(new Person(login).allow(browser.allowAndGoOn(Browser.request(clientId))));
    }

    private JsonObject connect(String login) {
        HttpResponse<String> answer = signIn(login);
        return RunningOracle.json(
                oracle.redeem(clientId, query(location(answer)).required("code")));
    }

    private int status(JsonObject tokens) {
        return oracle.verify(RunningOracle.ECHO, tokens.getString("access_token"))
                .statusCode();
    }

    private HttpResponse<String> refresh(JsonObject tokens) {
        return oracle.refresh(clientId, tokens.getString("refresh_token"));
    }

    private boolean wasAudited(String event) {
        return oracle.store().audit().latest(100).stream().map(AuditEvent::name).anyMatch(event::equals);
    }

    private static void await(BooleanSupplier condition) {
        Instant end = Instant.now().plusSeconds(30);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("it did not happen in time").isBefore(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private String id(String login) {
        return Long.toString(github.idOf(login));
    }

    @Test
    void letsMembersInAndKeepsTheirTokenSealed() {
        github.join("alice", "acme");

        JsonObject tokens = connect("alice");

        assertThat(status(tokens)).isEqualTo(204);
        assertThat(oracle.store().accounts().find(id("alice"))).isPresent();
        github.secrets().forEach(secret -> assertThat(oracle.dump()).doesNotContain(secret));
    }

    @Test
    void refusesOthersAndKeepsNothing() {
        HttpResponse<String> answer = signIn("mallory");

        assertThat(query(location(answer)).required("error")).isEqualTo("access_denied");
        assertThat(oracle.store().accounts().find(id("mallory"))).isEmpty();
    }

    @Test
    void tellsThosePendingWhatToDo() {
        github.invite("alice", "acme");

        String description = query(location(signIn("alice"))).required("error_description");

        assertThat(description).contains("alice may not use the service echo", "accept the invitation of acme");
    }

    @Test
    void endsGrantsOfThoseWhoHaveLeft() {
        github.join("alice", "acme");
        JsonObject tokens = connect("alice");
        github.leave("alice", "acme");
        assertThat(status(tokens)).isEqualTo(204);

        oracle.clock().advance(INTERVAL);

        await(() -> status(tokens) == 401);
        await(() -> wasAudited("membership.ended"));
        assertThat(refresh(tokens).body()).contains("invalid_grant");
    }

    @Test
    void leavesThoseAloneWhoAreStillMembers() {
        github.join("alice", "acme");
        JsonObject tokens = connect("alice");
        int before = github.questions();

        oracle.clock().advance(INTERVAL);

        await(() -> github.questions() > before + 2);
        assertThat(status(tokens)).isEqualTo(204);
    }

    @Test
    void leavesThoseAloneWhomAnotherRuleAdmits() {
        github.join("bob", "acme");
        JsonObject tokens = connect("bob");
        github.leave("bob", "acme");
        int before = github.questions();

        oracle.clock().advance(INTERVAL);

        await(() -> github.questions() > before + 1);
        assertThat(refresh(tokens).statusCode()).isEqualTo(200);
    }

    @Test
    void asksAtEachRefresh() {
        github.join("alice", "acme");
        JsonObject tokens = connect("alice");
        github.leave("alice", "acme");
        oracle.clock().advance(Duration.ofSeconds(10));

        HttpResponse<String> answer = refresh(tokens);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("invalid_grant");
        assertThat(status(tokens)).isEqualTo(401);
    }

    @Test
    void endsGrantsOfThoseWhoTookTheirTokenBack() {
        github.join("alice", "acme");
        JsonObject tokens = connect("alice");
        github.takeBackTokens("alice");

        oracle.clock().advance(INTERVAL);

        await(() -> status(tokens) == 401);
        await(() -> oracle.store().accounts().find(id("alice")).isEmpty());
    }

    @Test
    void logsNobodyOutWhileGithubCannotBeAsked() {
        github.join("alice", "acme");
        JsonObject tokens = connect("alice");
        github.trouble(GithubStandIn.USER_PATH, Trouble.FAILING);

        oracle.clock().advance(MAX_AGE.minusSeconds(1));
        HttpResponse<String> early = refresh(tokens);
        assertThat(early.statusCode()).as(early.body()).isEqualTo(200);
        assertThat(status(RunningOracle.json(early))).isEqualTo(204);

        oracle.clock().advance(Duration.ofMinutes(1));
        HttpResponse<String> late = refresh(RunningOracle.json(early));
        assertThat(late.statusCode()).as(late.body()).isEqualTo(503);
        assertThat(late.body()).contains("temporarily_unavailable");
        assertThat(late.headers().firstValue("Retry-After")).isPresent();

        github.recover();
        oracle.clock().advance(Duration.ofMinutes(1));
        assertThat(refresh(RunningOracle.json(early)).statusCode()).isEqualTo(200);
    }

    @Test
    void asksOnceHoweverManyOraclesThereAre() {
        github.join("alice", "acme");
        connect("alice");
        int before = github.questions();
        try (RunningOracle second = oracle.siblingWithProviders(providers());
                RunningOracle third = oracle.siblingWithProviders(providers())) {
            assertThat(second.port()).isNotEqualTo(third.port());
            Instant due = oracle.clock().instant().plus(INTERVAL);

            oracle.clock().advance(INTERVAL);

            await(() -> oracle.store()
                    .accounts()
                    .find(id("alice"))
                    .orElseThrow()
                    .dueAt()
                    .isAfter(due));
            await(() -> github.questions() >= before + 3);
        }
        // Closed only now: whoever else had begun has asked.
        assertThat(github.questions()).isEqualTo(before + 3);
    }

    @Test
    void forgetsAUserWithTheirGrants() {
        github.join("alice", "acme");
        connect("alice");

        oracle.store().tokens().revokeUser(id("alice"), oracle.clock().instant());

        await(() -> oracle.store().accounts().find(id("alice")).isEmpty());
    }

    @Test
    void forgetsAUserWhoseOnlyGrantEnded() {
        github.join("alice", "acme");
        connect("alice");
        String family = oracle.store()
                .tokens()
                .listByUser(id("alice"), null, 1)
                .items()
                .getFirst()
                .familyId();
        oracle.store().tokens().revokeFamily(family);

        oracle.clock().advance(INTERVAL.multipliedBy(4));

        await(() -> oracle.store().accounts().find(id("alice")).isEmpty());
    }

    @Test
    void keepsALoginForTheAccountThatHadItFirst() {
        String bob = id("bob");
        connect("bob");
        assertThat(oracle.store().accounts().pin("github:bob", "somebody-else")).isEqualTo(bob);

        github.giveLoginToAnother("bob");
        HttpResponse<String> answer = signIn("bob");

        assertThat(id("bob")).isNotEqualTo(bob);
        assertThat(query(location(answer)).required("error")).isEqualTo("access_denied");
        // The pin is asked for again after a minute, and is then in the audit trail.
        oracle.clock().advance(Duration.ofMinutes(1));
        signIn("bob");
        assertThat(wasAudited("login.other_account")).isTrue();
    }
}
