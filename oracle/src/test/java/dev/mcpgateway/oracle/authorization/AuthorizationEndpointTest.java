package dev.mcpgateway.oracle.authorization;

import static dev.mcpgateway.oracle.testing.Browser.location;
import static dev.mcpgateway.oracle.testing.Browser.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.storage.RegisteredClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorizationEndpointTest {
    private static final String STATE = "the state";

    private final RunningOracle oracle = RunningOracle.start();
    private final Browser browser = new Browser(oracle);
    private Map<String, String> request = Map.of();

    @BeforeEach
    void registerClient() {
        request = Browser.request(oracle.registerClient());
    }

    @AfterAll
    void stop() {
        oracle.close();
    }

    private void assertPage(HttpResponse<String> response, int status, String text) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Location")).isEmpty();
        assertThat(response.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(response.body()).contains(text, "Error id");
    }

    private void assertRefused(HttpResponse<String> response, String error) {
        assertThat(location(response).toString()).startsWith(RunningOracle.REDIRECT_URI + "?");
        Parameters answer = query(location(response));
        assertThat(answer.required("error")).isEqualTo(error);
        assertThat(answer.optional("error_description")).isPresent();
        assertThat(answer.optional("state")).contains(STATE);
        assertThat(answer.required("iss")).isEqualTo("https://auth.example.com");
        assertThat(answer.optional("code")).isEmpty();
    }

    @Test
    void showsWhoAsksForWhatAndWhereTheAnswerGoes() {
        HttpResponse<String> page = browser.authorize(request);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("Allow <bdi>test</bdi> to connect?", "Unverified application", "127.0.0.1")
                .contains("<strong>echo</strong>", "https://echo.example.com/mcp", "use the tools")
                .contains("value=\"allow\"", "value=\"deny\"", "sign in with Fake")
                .doesNotContain("files.example.com", "<script", "type=\"radio\"");
    }

    @Test
    void sendsPagesThatRunNoScriptAndFitIntoNoFrame() {
        HttpResponse<String> page = browser.authorize(request);

        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'");
        assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void setsACookieThatOnlyThisHostGets() {
        String cookie = new Browser(oracle)
                .authorize(request)
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();

        assertThat(cookie)
                .startsWith("__Host-gateway-browser=")
                .contains("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/")
                .doesNotContainIgnoringCase("domain");
    }

    @Test
    void leavesACookieThatTheBrowserHasSoThatOtherTabsGoOn() {
        HttpResponse<String> first = browser.authorize(request);
        browser.authorize(request);

        assertThat(browser.decide(first, "allow").statusCode()).isEqualTo(200);
    }

    @Test
    void showsAPageForAnUnknownClient() {
        request.put("client_id", "client_of_nobody");

        assertPage(browser.authorize(request), 400, "remove this connection and add it again");
    }

    @Test
    void showsAPageForAMissingClient() {
        request.remove("client_id");

        assertPage(browser.authorize(request), 400, "not registered here");
    }

    @Test
    void showsAPageForAClientThatHasExpired() {
        oracle.clock().advance(Duration.ofHours(1));

        assertPage(browser.authorize(request), 400, "not registered here");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "http://127.0.0.1:3000/callback/",
                "http://127.0.0.1:3000/callback?x",
                "http://localhost:3000/callback",
                "http://127.0.0.1:3000@evil.example/callback",
                "javascript:alert(1)"
            })
    void showsAPageForARedirectUriThatIsNotRegistered(String redirectUri) {
        request.put("redirect_uri", redirectUri);

        assertPage(browser.authorize(request), 400, "has not registered (redirect_uri)");
    }

    @Test
    void neverRedirectsForWhatIsWrongBesideAnInvalidRedirectUri() {
        request.put("redirect_uri", "https://evil.example/");
        request.put("response_type", "token");
        request.remove("code_challenge");

        assertPage(browser.authorize(request), 400, "has not registered (redirect_uri)");
    }

    @Test
    void showsAPageForARepeatedParameter() {
        assertPage(
                browser.get("/authorize?" + RunningOracle.encode(request) + "&redirect_uri=https://evil.example"),
                400,
                "is repeated");
    }

    @Test
    void takesTheOnlyRedirectUriWhereNoneIsNamed() {
        request.remove("redirect_uri");

        assertThat(browser.authorize(request).statusCode()).isEqualTo(200);
    }

    @Test
    void letsALoopbackPortDiffer() {
        request.put("redirect_uri", "http://127.0.0.1:49152/callback");
        request.put("response_type", "token");

        assertThat(location(browser.authorize(request)).toString())
                .startsWith("http://127.0.0.1:49152/callback?error=");
    }

    @Test
    void requiresACodeChallenge() {
        request.remove("code_challenge");

        assertRefused(browser.authorize(request), "invalid_request");
    }

    @Test
    void requiresTheMethodS256() {
        request.put("code_challenge_method", "plain");
        assertRefused(browser.authorize(request), "invalid_request");

        request.remove("code_challenge_method");
        assertRefused(browser.authorize(request), "invalid_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "short",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"
            })
    void refusesAMalformedCodeChallenge(String challenge) {
        request.put("code_challenge", challenge);

        assertRefused(browser.authorize(request), "invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token", "id_token", "code token", "CODE"})
    void supportsTheResponseTypeCodeAlone(String responseType) {
        request.put("response_type", responseType);

        assertRefused(browser.authorize(request), "unsupported_response_type");
    }

    @Test
    void requiresAResponseType() {
        request.remove("response_type");

        assertRefused(browser.authorize(request), "invalid_request");
    }

    @Test
    void takesTheRequestInAForm() {
        HttpResponse<String> page = browser.post("/authorize", request);

        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        assertThat(browser.decide(page, "allow").statusCode()).isEqualTo(200);
    }

    @Test
    void takesAFormInOnePlaceAlone() {
        assertPage(browser.post("/authorize?state=x", request), 400, "in the body only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "none login"})
    void saysThatAPersonIsNeeded(String prompt) {
        request.put("prompt", prompt);

        assertRefused(browser.authorize(request), "interaction_required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"login", "consent", "select_account", "login consent", "create"})
    void asksThePersonWhateverElseThePromptIs(String prompt) {
        request.put("prompt", prompt);

        assertThat(browser.authorize(request).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesWhatIsTooLongToBeKept() {
        request.put("scope", "x".repeat(2_049));
        assertRefused(browser.authorize(request), "invalid_request");

        request.remove("scope");
        request.put("state", "x".repeat(4_097));
        assertThat(query(location(browser.authorize(request))).required("error"))
                .isEqualTo("invalid_request");
    }

    @Test
    void takesNoRequestObjects() {
        request.put("request", "eyJhbGciOiJub25lIn0.e30.");
        assertRefused(browser.authorize(request), "request_not_supported");

        request.remove("request");
        request.put("request_uri", "https://evil.example/request.jwt");
        assertRefused(browser.authorize(request), "invalid_request_uri");
    }

    @Test
    void refusesOtherResponseModes() {
        request.put("response_mode", "fragment");

        assertRefused(browser.authorize(request), "invalid_request");
    }

    @Test
    void refusesScopesThatDoNotExist() {
        request.put("scope", "admin");

        assertRefused(browser.authorize(request), "invalid_scope");
    }

    @Test
    void grantsNoUnknownScopeBesideAKnownOne() {
        request.put("scope", "admin mcp offline_access");

        assertThat(browser.authorize(request).body()).contains("use the tools").doesNotContain("admin", "offline");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://other.example.com/mcp",
                "https://echo.example.com/",
                "https://echo.example.com/mcp/x",
                "http://echo.example.com/mcp",
                "https://echo.example.com/mcp?x=1",
                "nonsense"
            })
    void refusesAnUnknownResource(String resource) {
        request.put("resource", resource);

        assertRefused(browser.authorize(request), "invalid_target");
    }

    @Test
    void takesAResourceWithOneSlashAtItsEnd() {
        request.put("resource", RunningOracle.ECHO + "/");

        assertThat(browser.authorize(request).body()).contains("https://echo.example.com/mcp<");
    }

    @Test
    void takesTheSameResourceTwiceButNotTwoResources() {
        String twice = "/authorize?" + RunningOracle.encode(request) + "&resource=";

        assertThat(browser.get(twice + RunningOracle.ECHO).statusCode()).isEqualTo(200);
        assertRefused(browser.get(twice + RunningOracle.FILES), "invalid_target");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%0d%0aSet-Cookie:%20a=b", "%ff", "%00"})
    void showsAPageForAQueryThatIsNoText(String state) {
        request.remove("state");

        assertPage(browser.get("/authorize?" + RunningOracle.encode(request) + "&state=" + state), 400, "a parameter");
    }

    @Test
    void letsThePersonChooseWhereNoResourceIsNamed() {
        request.remove("resource");

        HttpResponse<String> page = browser.authorize(request);

        assertThat(page.body())
                .contains("Which service?", "value=\"" + RunningOracle.ECHO, "value=\"" + RunningOracle.FILES);
    }

    @Test
    void movesFromAServiceHostToTheIssuerWithThatService() {
        request.remove("resource");

        HttpResponse<String> response = browser.send(oracle.request("/authorize?" + RunningOracle.encode(request))
                .header("Gateway-Verify-Secret", RunningOracle.VERIFY_SECRET)
                .header("X-Forwarded-Host", "files.example.com"));

        assertThat(location(response).toString()).startsWith("https://auth.example.com/authorize?");
        assertThat(query(location(response)).required("resource")).isEqualTo(RunningOracle.FILES);
        assertThat(query(location(response)).required("state")).isEqualTo(STATE);
    }

    @Test
    void ignoresAForwardedHostThatDoesNotComeFromTheRouter() {
        HttpResponse<String> response = browser.send(oracle.request("/authorize?" + RunningOracle.encode(request))
                .header("X-Forwarded-Host", "files.example.com"));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "<script>alert(1)</script>, &lt;script&gt;alert(1)&lt;/script&gt;",
                "\"><img src=x onerror=alert(1)>, &quot;&gt;&lt;img src=x onerror=alert(1)&gt;",
                "{{sealedRequest}}, {{sealedRequest}}",
                "</title><h1>, &lt;/title&gt;&lt;h1&gt;"
            })
    void showsHostileNamesAsText(String name, String shown) {
        String id = oracle.registerClient();
        RegisteredClient client = oracle.store().clients().find(id).orElseThrow();
        oracle.store()
                .clients()
                .update(new RegisteredClient(
                        id,
                        null,
                        null,
                        client.metadata().replace("\"test\"", "\"" + name.replace("\"", "\\\"") + "\""),
                        client.createdAt(),
                        client.expiresAt()));
        request.put("client_id", id);

        String page = browser.authorize(request).body().replace("&#x3D;", "=").replace("&#61;", "=");

        assertThat(page).contains("<bdi>" + shown + "</bdi>");
    }

    @Test
    void storesNothingBeforeConsent() {
        String before = oracle.dump();

        HttpResponse<String> page = browser.authorize(request);

        assertThat(Browser.sealedRequest(page)).matches("[A-Za-z0-9_-]+").doesNotContain(request.get("client_id"));
        assertThat(oracle.dump()).isEqualTo(before);
    }

    @Test
    void showsAPageWhenTheStoreCannotBeAsked() {
        try (RunningOracle broken = RunningOracle.start()) {
            Map<String, String> asked = Browser.request(broken.registerClient());
            broken.store().close();

            HttpResponse<String> response = new Browser(broken).authorize(asked);

            assertPage(response, 503, "Try again in a moment");
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
    }
}
