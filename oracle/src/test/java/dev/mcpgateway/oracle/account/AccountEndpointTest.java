package dev.mcpgateway.oracle.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.session.Sessions;
import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.storage.Grant;
import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountEndpointTest {
    private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");
    private static final Pattern CONNECTION = Pattern.compile("name=\"connection\" value=\"([^\"]+)\"");

    private RunningOracle oracle;
    private Browser alice;

    @BeforeEach
    void start() {
        oracle = RunningOracle.start();
        alice = new Browser(oracle);
    }

    @AfterEach
    void stop() {
        oracle.close();
    }

    @Test
    void leadsToTheSignInAndComesBack() {
        HttpResponse<String> unknown = alice.get("/account");
        assertThat(unknown.statusCode()).isEqualTo(303);
        assertThat(unknown.headers().firstValue("Location")).contains("/sign-in");

        HttpResponse<String> back = alice.signIn("alice");

        assertThat(Browser.location(back)).hasToString("/account");
        assertThat(String.join("\n", back.headers().allValues("Set-Cookie")))
                .containsPattern("(?m)^" + Sessions.COOKIE + "=[A-Za-z0-9_-]{43};.*$")
                .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=3600")
                .doesNotContain("Domain");
        HttpResponse<String> page = alice.get("/account");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Signed in as alice.", "No client is connected in your name.");
        assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("frame-ancestors 'none'", "form-action 'self'")
                .doesNotContain("script-src");
    }

    @Test
    void showsTheConnectionsOfWhoeverIsSignedInAndOfNobodyElse() {
        oracle.connect(oracle.registerClient(), RunningOracle.ECHO);
        alice.signIn("alice");
        Browser bob = new Browser(oracle);
        bob.signIn("bob");

        assertThat(alice.get("/account").body())
                .contains("<bdi>test</bdi>", RunningOracle.ECHO, "2026-11-01 12:00 UTC")
                .contains("use the tools, resources and prompts");
        assertThat(bob.get("/account").body()).contains("Signed in as bob.", "No client is connected");
    }

    @Test
    void endsAConnectionFromItsNextRequestOn() {
        JsonObject kept = oracle.connect(oracle.registerClient(), RunningOracle.FILES);
        String client = oracle.registerClient();
        JsonObject ended = oracle.connect(client, RunningOracle.ECHO);
        alice.signIn("alice");
        HttpResponse<String> page = alice.get("/account");
        String connection = connections(page).stream()
                .filter(id -> grant(id).resource().equals(RunningOracle.ECHO))
                .findFirst()
                .orElseThrow();

        HttpResponse<String> answer =
                alice.post("/account/revoke", Map.of("token", token(page), "connection", connection));

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(oracle.verify(RunningOracle.ECHO, ended.getString("access_token"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(oracle.refresh(client, ended.getString("refresh_token")).body())
                .contains("invalid_grant");
        assertThat(oracle.verify(RunningOracle.FILES, kept.getString("access_token"))
                        .statusCode())
                .isEqualTo(204);
        assertThat(alice.get(answer.headers().firstValue("Location").orElseThrow())
                        .body())
                .contains("It has been ended.")
                .doesNotContain(RunningOracle.ECHO);
        assertThat(oracle.store().audit().latest(1).getFirst().details()).containsEntry("by", "user");
    }

    @Test
    void endsAllConnectionsAndStaysSignedIn() {
        JsonObject one = oracle.connect(oracle.registerClient(), RunningOracle.FILES);
        JsonObject two = oracle.connect(oracle.registerClient(), RunningOracle.ECHO);
        alice.signIn("alice");

        alice.post("/account/revoke-all", Map.of("token", token(alice.get("/account"))));

        assertThat(oracle.verify(RunningOracle.FILES, one.getString("access_token"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(oracle.verify(RunningOracle.ECHO, two.getString("access_token"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(alice.get("/account").body()).contains("No client is connected");
    }

    @Test
    void endsNoConnectionOfSomebodyElse() {
        JsonObject tokens = oracle.connect(oracle.registerClient(), RunningOracle.ECHO);
        String connection = oracle.store()
                .tokens()
                .listByUser("4711", null, 1)
                .items()
                .getFirst()
                .familyId();
        Browser bob = new Browser(oracle);
        bob.signIn("bob");
        alice.signIn("alice");

        // A form of bob's own names a connection of alice's; and alice's token is worth nothing in his browser.
        oracle.connect(oracle.registerClient(), RunningOracle.FILES);
        bob.post("/account/revoke", Map.of("token", token(bob.get("/account")), "connection", connection));
        HttpResponse<String> foreign =
                bob.post("/account/revoke", Map.of("token", token(alice.get("/account")), "connection", connection));

        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(oracle.verify(RunningOracle.ECHO, tokens.getString("access_token"))
                        .statusCode())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/account/revoke", "/account/revoke-all", "/account/sign-out"})
    void changesNothingForAFormWithoutTheTokenOrOfAnotherSite(String path) {
        JsonObject tokens = oracle.connect(oracle.registerClient(), RunningOracle.ECHO);
        alice.signIn("alice");
        HttpResponse<String> page = alice.get("/account");
        String connection = connections(page).getFirst();

        assertThat(alice.post(path, Map.of("connection", connection)).statusCode())
                .isEqualTo(400);
        HttpResponse<String> guessed = alice.post(path, Map.of("connection", connection, "token", "guessed"));
        assertThat(guessed.statusCode()).isEqualTo(403);
        assertThat(guessed.body()).contains("You are not signed in", "sign in again");
        HttpResponse<String> otherSite = alice.send(oracle.request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "cross-site")
                .POST(BodyPublishers.ofString(
                        RunningOracle.encode(Map.of("connection", connection, "token", token(page))))));
        assertThat(otherSite.statusCode()).isEqualTo(403);

        assertThat(alice.get("/account").body()).contains("Signed in as alice.", RunningOracle.ECHO);
        assertThat(oracle.verify(RunningOracle.ECHO, tokens.getString("access_token"))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void endsTheSessionAlsoForWhoeverHasCopiedTheCookie() {
        alice.signIn("alice");
        Browser thief = new Browser(oracle);
        thief.cookies().putAll(alice.cookies());
        assertThat(thief.get("/account").statusCode()).isEqualTo(200);

        HttpResponse<String> answer = alice.post("/account/sign-out", Map.of("token", token(alice.get("/account"))));

        assertThat(answer.headers().firstValue("Location")).contains("/");
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
                .contains(Sessions.COOKIE + "=;", "1970", "Secure", "Path=/");
        assertThat(alice.cookies()).doesNotContainKey(Sessions.COOKIE);
        assertThat(alice.get("/account").statusCode()).isEqualTo(303);
        assertThat(thief.get("/account").statusCode()).isEqualTo(303);
    }

    @Test
    void endsTheSessionWhenItsTimeIsOverHoweverMuchItWasUsed() {
        alice.signIn("alice");

        oracle.clock().advance(Duration.ofMinutes(59));
        assertThat(alice.get("/account").statusCode()).isEqualTo(200);
        oracle.clock().advance(Duration.ofMinutes(1));
        assertThat(alice.get("/account").statusCode()).isEqualTo(303);
    }

    @Test
    void keepsOnlyAHashOfTheCookie() {
        alice.signIn("alice");
        String cookie = Objects.requireNonNull(alice.cookies().get(Sessions.COOKIE));

        assertThat(oracle.dump())
                .contains("BROWSER_SESSION")
                .doesNotContain(cookie)
                .doesNotContain(token(alice.get("/account")));
    }

    @Test
    void takesASessionFromNobody() {
        alice.signIn("alice");
        String first = Objects.requireNonNull(alice.cookies().get(Sessions.COOKIE));

        alice.signIn("bob");

        assertThat(alice.cookies().get(Sessions.COOKIE)).isNotEqualTo(first);
        Browser other = new Browser(oracle);
        other.cookies().put(Sessions.COOKIE, first);
        assertThat(other.get("/account").statusCode()).isEqualTo(303);
    }

    @Test
    void isSaidOnTheConsentPageWhichStillAsksAndLetsTheProviderSayWhoItIs() {
        Map<String, String> request = Browser.request(oracle.registerClient());
        assertThat(alice.authorize(request).body()).doesNotContain("You are signed in as");
        alice.signIn("alice");

        HttpResponse<String> page = alice.authorize(request);

        assertThat(page.body())
                .contains("You are signed in as", "<strong>alice</strong>", "Next you sign in with Fake.");
        assertThat(Browser.onward(alice.decide(page, "allow"))).hasHost("fake.example");
    }

    @Test
    void saysWhyASignInFailed() {
        assertFails("DENIED", 403, "You did not sign in");
        assertFails("INVALID", 400, "The sign-in could not be proven");
        assertFails("UNAVAILABLE", 503, "cannot be asked just now");
    }

    private void assertFails(String reason, int status, String what) {
        HttpResponse<String> page = alice.signIn("x&failure=" + reason);
        assertThat(page.statusCode()).as(reason).isEqualTo(status);
        assertThat(page.body()).contains("You are not signed in", what);
        assertThat(alice.cookies()).doesNotContainKey(Sessions.COOKIE);
    }

    @Test
    void beginsASignInOnlyFromItsOwnFormInTheSameBrowser() {
        Browser attacker = new Browser(oracle);
        String form = Browser.sealedRequest(attacker.get("/sign-in"));
        alice.get("/sign-in");

        assertThat(alice.post("/sign-in", Map.of("request", form, "provider", "fake"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(alice.post("/sign-in", Map.of("request", "made up", "provider", "fake"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(attacker.post("/sign-in", Map.of("request", form, "provider", "another"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(oracle.loginsBegun()).isZero();
    }

    @Test
    void leadsNowhereElse() {
        HttpResponse<String> page = alice.get("/sign-in?to=https://evil.example/");
        HttpResponse<String> onward =
                alice.post("/sign-in", Map.of("request", Browser.sealedRequest(page), "provider", "fake"));
        String state = Browser.query(Browser.onward(onward)).required("state");

        assertThat(Browser.location(alice.get("/callback?state=" + state))).hasToString("/account");
    }

    private Grant grant(String id) {
        return oracle.store().tokens().findGrant(id).orElseThrow();
    }

    private static String token(HttpResponse<String> page) {
        return TOKEN.matcher(page.body())
                .results()
                .findFirst()
                .map(found -> found.group(1))
                .orElseThrow(() -> new AssertionError(page.body()));
    }

    private static List<String> connections(HttpResponse<String> page) {
        return CONNECTION
                .matcher(page.body())
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}
