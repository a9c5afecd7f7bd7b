package dev.mcpgateway.oracle.authorization;

import static dev.mcpgateway.oracle.testing.Browser.onward;
import static dev.mcpgateway.oracle.testing.Browser.query;
import static dev.mcpgateway.oracle.testing.Browser.sealedRequest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsentEndpointTest {
    private final RunningOracle oracle = RunningOracle.start();
    private final Browser browser = new Browser(oracle);
    private final Map<String, String> request = Browser.request(oracle.registerClient());

    @AfterEach
    void stop() {
        oracle.close();
    }

    private void assertRefused(HttpResponse<String> response, int status, String text) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Location")).isEmpty();
        assertThat(response.body()).contains(text);
        assertThat(oracle.loginsBegun()).isZero();
    }

    @Test
    void goesOnToTheIdentityProviderWithAPageWhenAllowed() {
        HttpResponse<String> answer = browser.decide(browser.authorize(request), "allow");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(onward(answer).getHost()).isEqualTo("fake.example");
        assertThat(query(onward(answer)).required("state")).matches("[A-Za-z0-9_-]{43}\\.[A-Za-z0-9_-]{8}");
        assertThat(oracle.loginsBegun()).isOne();
    }

    @Test
    void tellsTheClientWhenDenied() {
        HttpResponse<String> answer = browser.decide(browser.authorize(request), "deny");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(onward(answer).toString()).startsWith(RunningOracle.REDIRECT_URI + "?");
        Parameters told = query(onward(answer));
        assertThat(told.required("error")).isEqualTo("access_denied");
        assertThat(told.required("state")).isEqualTo("the state");
        assertThat(told.required("iss")).isEqualTo("https://auth.example.com");
        assertThat(oracle.loginsBegun()).isZero();
    }

    @Test
    void refusesAFormThatWasShownInAnotherBrowser() {
        HttpResponse<String> attackersPage = new Browser(oracle).authorize(request);
        browser.authorize(request);

        assertRefused(browser.decide(attackersPage, "allow"), 403, "belongs to another browser");
    }

    @Test
    void refusesABrowserWithoutCookie() {
        HttpResponse<String> page = browser.authorize(request);

        assertRefused(new Browser(oracle).decide(page, "allow"), 403, "allow cookies for this site");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=;;;\"",
                "__Host-gateway-browser",
                "__Host-gateway-browser=",
                "__Host-gateway-browser=%00; x=%zz",
                "__Host-gateway-browser=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void refusesCookiesThatAreNotTheBrowsers(String cookie) {
        String sealed = sealedRequest(browser.authorize(request));
        HttpRequest.Builder post = oracle.request("/consent")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", cookie)
                .POST(BodyPublishers.ofString("decision=allow&request=" + sealed));

        assertRefused(oracle.send(post), 403, "belongs to another browser");
    }

    @Test
    void showsAPageWhenTheStoreCannotBeAsked() {
        String sealed = sealedRequest(browser.authorize(request));
        oracle.store().close();
        HttpResponse<String> response = browser.send(oracle.request("/consent")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "same-origin")
                .header("Sec-Fetch-Mode", "navigate")
                .POST(BodyPublishers.ofString("decision=allow&request=" + sealed)));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("Try again in a moment", "Error id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site"})
    void refusesAFormThatAnotherSitePosts(String site) {
        HttpResponse<String> page = browser.authorize(request);
        HttpRequest.Builder post = oracle.request("/consent")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", site)
                .POST(BodyPublishers.ofString("decision=allow&request=" + sealedRequest(page)));

        assertRefused(browser.send(post), 403, "belongs to another browser");
    }

    @Test
    void refusesAFormThatWasMadeUp() {
        browser.authorize(request);

        assertRefused(
                browser.post("/consent", Map.of("request", "AQAAAAAAAAAAAAAAAAAA", "decision", "allow")),
                400,
                "not one of ours");
    }

    @Test
    void refusesAFormThatWasChanged() {
        String sealed = sealedRequest(browser.authorize(request));
        char flipped = sealed.charAt(40) == 'A' ? 'B' : 'A';

        assertRefused(
                browser.post(
                        "/consent",
                        Map.of(
                                "request",
                                sealed.substring(0, 40) + flipped + sealed.substring(41),
                                "decision",
                                "allow")),
                400,
                "not one of ours");
    }

    @Test
    void refusesAFormThatWasOpenForTooLong() {
        HttpResponse<String> page = browser.authorize(request);
        oracle.clock().advance(Duration.ofMinutes(10));

        assertRefused(browser.decide(page, "allow"), 400, "open for too long");
    }

    @Test
    void refusesADecisionThatIsNone() {
        HttpResponse<String> page = browser.authorize(request);

        assertRefused(browser.decide(page, "maybe"), 400, "neither Allow nor Deny");
        assertRefused(
                browser.post("/consent", Map.of("request", sealedRequest(page))),
                400,
                "&#x27;decision&#x27; is missing");
    }

    @Test
    void takesTheServiceThatWasChosen() {
        request.remove("resource");
        HttpResponse<String> page = browser.authorize(request);

        HttpResponse<String> answer = browser.post(
                "/consent",
                Map.of("request", sealedRequest(page), "decision", "allow", "resource", RunningOracle.FILES));
        HttpResponse<String> back =
                browser.get("/callback?state=" + query(onward(answer)).required("state"));

        String code = query(Browser.location(back)).required("code");
        assertThat(RunningOracle.json(oracle.redeem(request.get("client_id"), code)))
                .containsKey("access_token");
        assertThat(oracle.store().consents().find("4711", request.get("client_id"), "127.0.0.1", RunningOracle.FILES))
                .isPresent();
    }

    @Test
    void refusesAChoiceThatIsNoService() {
        request.remove("resource");
        HttpResponse<String> page = browser.authorize(request);

        assertRefused(browser.decide(page, "allow"), 400, "No service was chosen");
        assertRefused(
                browser.post(
                        "/consent",
                        Map.of(
                                "request",
                                sealedRequest(page),
                                "decision",
                                "allow",
                                "resource",
                                "https://evil.example")),
                400,
                "No service was chosen");
    }

    @Test
    void cannotBeToldAnotherServiceThanTheOneThatWasShown() {
        HttpResponse<String> page = browser.authorize(request);
        HttpResponse<String> answer = browser.post(
                "/consent",
                Map.of("request", sealedRequest(page), "decision", "allow", "resource", RunningOracle.FILES));
        browser.get("/callback?state=" + query(onward(answer)).required("state"));

        assertThat(oracle.store().consents().find("4711", request.get("client_id"), "127.0.0.1", RunningOracle.ECHO))
                .isPresent();
    }
}
