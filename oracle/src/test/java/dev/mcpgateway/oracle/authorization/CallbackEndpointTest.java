package dev.mcpgateway.oracle.authorization;

import static dev.mcpgateway.oracle.testing.Browser.location;
import static dev.mcpgateway.oracle.testing.Browser.onward;
import static dev.mcpgateway.oracle.testing.Browser.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.RegisteredClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallbackEndpointTest {
    private final RunningOracle oracle = RunningOracle.start();
    private final Browser browser = new Browser(oracle);
    private final String clientId = oracle.registerClient();
    private final Map<String, String> request = Browser.request(clientId);

    @AfterEach
    void stop() {
        oracle.close();
    }

    private void assertPage(HttpResponse<String> response, int status, String text) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Location")).isEmpty();
        assertThat(response.body()).contains(text);
    }

    @Test
    void givesTheClientACodeThatItsTokensComeFrom() {
        String state = browser.allow(request);

        HttpResponse<String> response = browser.get("/callback?code=x&state=" + state);

        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(location(response).toString()).startsWith(RunningOracle.REDIRECT_URI + "?");
        Parameters answer = query(location(response));
        assertThat(answer.required("state")).isEqualTo("the state");
        assertThat(answer.required("iss")).isEqualTo("https://auth.example.com");
        String code = answer.required("code");
        assertThat(code).matches("[A-Za-z0-9_-]{43}");
        String accessToken = RunningOracle.json(oracle.redeem(clientId, code)).getString("access_token");
        HttpResponse<String> verdict = oracle.verify(RunningOracle.ECHO, accessToken);
        assertThat(verdict.statusCode()).isEqualTo(204);
        assertThat(verdict.headers().firstValue("X-User-Id")).contains("4711");
    }

    @Test
    void leavesOutAStateThatTheClientDidNotSend() {
        request.remove("state");

        HttpResponse<String> response = browser.get("/callback?state=" + browser.allow(request));

        assertThat(query(location(response)).optional("state")).isEmpty();
    }

    @Test
    void keepsTheCodeAsItsHashForAShortTime() {
        Parameters answer = query(location(browser.get("/callback?state=" + browser.allow(request))));
        String hash = SecureTokens.hash(answer.required("code"));

        assertThat(oracle.store().codes().find(answer.required("code"))).isEmpty();
        assertThat(oracle.store().codes().find(hash)).isPresent();
        oracle.clock().advance(Duration.ofSeconds(60));
        assertThat(oracle.store().codes().find(hash)).isEmpty();
    }

    @Test
    void recordsWhatTheUserAgreedTo() {
        browser.get("/callback?state=" + browser.allow(request));

        Consent consent = oracle.store()
                .consents()
                .find("4711", clientId, "127.0.0.1", RunningOracle.ECHO)
                .orElseThrow();
        assertThat(consent.scope()).isEqualTo("mcp");
        assertThat(consent.givenAt()).isEqualTo(oracle.clock().instant());
    }

    @Test
    void refusesAnotherBrowserAndUsesTheStateUp() {
        String state = browser.allow(request);
        Browser victim = new Browser(oracle);
        victim.authorize(request);

        assertPage(victim.get("/callback?code=x&state=" + state), 403, "belongs to another browser");
        assertPage(browser.get("/callback?code=x&state=" + state), 400, "finished already");
        assertThat(oracle.store().audit().latest(1).getFirst().name()).isEqualTo("login.other_browser");
    }

    @Test
    void refusesABrowserWithoutCookie() {
        String state = browser.allow(request);

        assertPage(new Browser(oracle).get("/callback?code=x&state=" + state), 403, "belongs to another browser");
    }

    @Test
    void refusesAStateThatWasUsed() {
        String state = browser.allow(request);
        browser.get("/callback?state=" + state);

        assertPage(browser.get("/callback?state=" + state), 400, "finished already");
    }

    @Test
    void refusesAStateOfNobody() {
        assertPage(browser.get("/callback?state=x"), 400, "This sign-in cannot go on");
        assertPage(browser.get("/callback"), 400, "is missing");
    }

    @Test
    void refusesASignInThatTookTooLong() {
        String state = browser.allow(request);
        oracle.clock().advance(Duration.ofMinutes(10));

        assertPage(browser.get("/callback?state=" + state), 400, "took too long");
    }

    @ParameterizedTest
    @CsvSource({"DENIED, access_denied", "INVALID, access_denied", "UNAVAILABLE, temporarily_unavailable"})
    void tellsTheClientThatNobodySignedIn(String failure, String error) {
        HttpResponse<String> response =
                browser.get("/callback?failure=" + failure + "&state=" + browser.allow(request));

        Parameters answer = query(location(response));
        assertThat(answer.required("error")).isEqualTo(error);
        assertThat(answer.required("state")).isEqualTo("the state");
        assertThat(answer.required("iss")).isEqualTo("https://auth.example.com");
        assertThat(answer.optional("code")).isEmpty();
    }

    @Test
    void refusesAUserWhoMayNotUseTheService() {
        HttpResponse<String> response = browser.get("/callback?user=mallory&state=" + browser.allow(request));

        Parameters answer = query(location(response));
        assertThat(answer.required("error")).isEqualTo("access_denied");
        assertThat(answer.required("error_description")).contains("mallory may not use the service echo");
        assertThat(answer.optional("code")).isEmpty();
        assertThat(oracle.store().audit().latest(1).getFirst().name()).isEqualTo("login.denied");
    }

    @Test
    void answersNobodyWhenTheClientWasRemovedMeanwhile() {
        String state = browser.allow(request);
        oracle.store().clients().delete(clientId);

        assertPage(browser.get("/callback?state=" + state), 400, "not registered here");
    }

    @Test
    void opensAProgramFromAPageThatTakesThePlaceOfTheOldOne() {
        String redirectUri = "cursor://anysphere.cursor-mcp/oauth/callback";
        RegisteredClient client = oracle.store().clients().find(clientId).orElseThrow();
        oracle.store()
                .clients()
                .update(new RegisteredClient(
                        clientId,
                        null,
                        null,
                        client.metadata().replace(RunningOracle.REDIRECT_URI, redirectUri),
                        client.createdAt(),
                        client.expiresAt()));
        request.put("redirect_uri", redirectUri);

        HttpResponse<String> response = browser.get("/callback?state=" + browser.allow(request));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(onward(response).toString()).startsWith(redirectUri + "?code=");
        assertThat(response.body()).contains("You can close this page afterwards");
    }
}
