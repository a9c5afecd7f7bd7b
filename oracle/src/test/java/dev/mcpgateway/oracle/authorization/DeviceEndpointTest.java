package dev.mcpgateway.oracle.authorization;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static dev.mcpgateway.oracle.testing.RunningOracle.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceEndpointTest {
    private static final String DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

    private final RunningOracle oracle = RunningOracle.start();
    private final Browser browser = new Browser(oracle);
    private String client = "";

    @BeforeEach
    void register() {
        client = registerWith("{\"client_name\":\"Television\",\"grant_types\":[\"" + DEVICE_CODE
                + "\",\"refresh_token\"],\"token_endpoint_auth_method\":\"none\"}");
    }

    @AfterEach
    void stop() {
        oracle.close();
    }

    private String registerWith(String metadata) {
        HttpResponse<String> response = oracle.send(oracle.request("/register")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(metadata)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return json(response).getString("client_id");
    }

    private JsonObject begin() {
        HttpResponse<String> response =
                oracle.post("/device_authorization", Map.of("client_id", client, "resource", ECHO));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    private HttpResponse<String> poll(JsonObject device) {
        return poll(client, device);
    }

    private HttpResponse<String> poll(String asking, JsonObject device) {
        return oracle.post(
                "/token",
                Map.of(
                        "grant_type", DEVICE_CODE,
                        "client_id", asking,
                        "device_code", device.getString("device_code")));
    }

    private static void assertError(HttpResponse<String> response, String error) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(json(response).getString("error")).isEqualTo(error);
    }

    private HttpResponse<String> type(String userCode) {
        return browser.post("/device", Map.of("user_code", userCode));
    }

    /** The state for the identity provider. */
    private String allow(JsonObject device) {
        HttpResponse<String> page = type(device.getString("user_code"));
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        return Browser.query(Browser.onward(browser.decide(page, "allow"))).required("state");
    }

    @Test
    void connectsADeviceThatItsPersonAllows() {
        JsonObject device = begin();
        assertThat(device.getString("user_code")).matches("[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}");
        assertThat(device.getString("verification_uri")).isEqualTo("https://auth.example.com/device");
        assertThat(device.getString("verification_uri_complete"))
                .isEqualTo("https://auth.example.com/device?user_code=" + device.getString("user_code"));
        assertThat(device.getInt("expires_in")).isEqualTo(600);
        assertThat(device.getInt("interval")).isEqualTo(5);
        assertError(poll(device), "authorization_pending");

        HttpResponse<String> done = browser.get("/callback?state=" + allow(device));
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body()).contains("<h1>Connected</h1>", "The device goes on by itself");

        HttpResponse<String> answer = poll(device);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonObject tokens = json(answer);
        assertThat(oracle.verify(ECHO, tokens.getString("access_token")).statusCode())
                .isEqualTo(204);
        assertThat(oracle.refresh(client, tokens.getString("refresh_token")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void showsWhoAsksAndWarnsOfCodesFromOthers() {
        HttpResponse<String> page = type(begin().getString("user_code"));

        assertThat(page.body())
                .contains("Television", "the device that showed you the code", "Unverified application")
                .contains(
                        "Allow this only if you started connecting that device yourself",
                        "it shows the code <strong class=\"whole\">");
    }

    @Test
    void takesTheCodeHoweverItIsTyped() {
        String code = begin().getString("user_code");

        assertThat(type(" " + code.toLowerCase(Locale.ROOT).replace("-", " ") + " ")
                        .statusCode())
                .isEqualTo(200);
        assertThat(type(code.replace("-", "")).statusCode()).isEqualTo(200);
    }

    @Test
    void fillsInACodeFromTheUrlAndNothingElse() {
        assertThat(browser.get("/device?user_code=wdjb-mjht").body()).contains("value=\"WDJB-MJHT\"");
        assertThat(browser.get("/device?user_code=%3Cscript%3E").body())
                .contains("value=\"\"")
                .doesNotContain("script");
    }

    @Test
    void tellsTheDeviceThatItsPersonSaidNo() {
        JsonObject device = begin();

        HttpResponse<String> done = browser.decide(type(device.getString("user_code")), "deny");

        assertThat(done.body()).contains("<h1>Not connected</h1>");
        assertError(poll(device), "access_denied");
        assertThat(type(device.getString("user_code")).statusCode()).isEqualTo(404);
    }

    @Test
    void tellsTheDeviceThatItsPersonIsNotAdmitted() {
        JsonObject device = begin();

        HttpResponse<String> done = browser.get("/callback?user=bob&state=" + allow(device));

        assertThat(done.body()).contains("Not connected", "may not use the service");
        assertError(poll(device), "access_denied");
    }

    @Test
    void letsThePersonTryAgainWhenTheProviderCannotBeAsked() {
        JsonObject device = begin();

        browser.get("/callback?failure=UNAVAILABLE&state=" + allow(device));
        assertError(poll(device), "authorization_pending");
        browser.get("/callback?state=" + allow(device));
        assertThat(poll(device).statusCode()).isEqualTo(200);
    }

    @Test
    void asksADeviceThatPollsTooOftenToSlowDown() {
        JsonObject device = begin();

        assertError(poll(device), "authorization_pending");
        assertError(poll(device), "slow_down");
        oracle.clock().advance(Duration.ofSeconds(5));
        assertError(poll(device), "authorization_pending");
    }

    @Test
    void ofTwoPeopleWithTheSameCodeSignsInTheOneWhoDecided() throws Exception {
        try (RunningOracle both =
                RunningOracle.startWithFile("services: {echo: {upstream: x, allow: [github:alice, github:bob]}}")) {
            for (int round = 0; round < 8; round++) {
                assertThat(signedInAtOnce(both)).isEqualTo(1);
            }
        }
    }

    /** How many of two were told that the device is connected; it is then theirs. */
    private static long signedInAtOnce(RunningOracle both) throws Exception {
        HttpResponse<String> registered = both.send(both.request("/register")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"client_name\":\"Television\",\"grant_types\":[\"" + DEVICE_CODE
                        + "\"],\"token_endpoint_auth_method\":\"none\"}")));
        String television = json(registered).getString("client_id");
        JsonObject device = json(both.post("/device_authorization", Map.of("client_id", television, "resource", ECHO)));
        Map<String, Callable<HttpResponse<String>>> returns = new TreeMap<>();
        for (String person : List.of("alice", "bob")) {
            Browser own = new Browser(both);
            HttpResponse<String> page = own.post("/device", Map.of("user_code", device.getString("user_code")));
            String state =
                    Browser.query(Browser.onward(own.decide(page, "allow"))).required("state");
            returns.put(person, () -> own.get("/callback?user=" + person + "&state=" + state));
        }
        Map<String, HttpResponse<String>> pages = new TreeMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> answers = threads.invokeAll(returns.values());
            List<String> people = List.copyOf(returns.keySet());
            for (int i = 0; i < people.size(); i++) {
                pages.put(people.get(i), answers.get(i).get());
            }
        }
        JsonObject tokens = json(both.post(
                "/token",
                Map.of(
                        "grant_type", DEVICE_CODE,
                        "client_id", television,
                        "device_code", device.getString("device_code"))));
        String user = both.verify(ECHO, tokens.getString("access_token"))
                .headers()
                .firstValue("X-User-Name")
                .orElse("");
        assertThat(pages.get(user).body()).contains("<h1>Connected</h1>");
        return pages.values().stream()
                .filter(page -> page.body().contains("<h1>Connected</h1>"))
                .count();
    }

    @Test
    void expires() {
        JsonObject device = begin();
        String state = allow(device);
        oracle.clock().advance(Duration.ofMinutes(10));

        assertError(poll(device), "expired_token");
        assertThat(type(device.getString("user_code")).statusCode()).isEqualTo(404);
        assertThat(browser.get("/callback?state=" + state).statusCode()).isEqualTo(400);
    }

    @Test
    void givesTokensOnceAndEndsThemWhenTheCodeIsUsedAgain() {
        JsonObject device = begin();
        browser.get("/callback?state=" + allow(device));
        String token = json(poll(device)).getString("access_token");

        assertError(poll(device), "invalid_grant");
        assertThat(oracle.verify(ECHO, token).statusCode()).isEqualTo(401);
    }

    @Test
    void decidesOnce() {
        JsonObject device = begin();
        String first = allow(device);
        String second = allow(device);

        assertThat(browser.get("/callback?state=" + first).statusCode()).isEqualTo(200);
        assertThat(browser.get("/callback?state=" + second).statusCode()).isEqualTo(400);
    }

    @Test
    void keepsTheDevicesOfClientsApart() {
        JsonObject device = begin();
        browser.get("/callback?state=" + allow(device));
        String another =
                registerWith("{\"grant_types\":[\"" + DEVICE_CODE + "\"],\"token_endpoint_auth_method\":\"none\"}");

        assertError(poll(another, device), "expired_token");
        assertThat(poll(device).statusCode()).isEqualTo(200);
    }

    @Test
    void isForClientsThatHaveRegisteredForIt() {
        String other = oracle.registerClient();

        assertError(oracle.post("/device_authorization", Map.of("client_id", other)), "unauthorized_client");
        assertError(poll(other, begin()), "unauthorized_client");
    }

    @Test
    void neverRedeemsADeviceCodeAsAnAuthorizationCode() {
        JsonObject device = begin();
        browser.get("/callback?state=" + allow(device));

        HttpResponse<String> response = oracle.post(
                "/token",
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        client,
                        "code",
                        device.getString("device_code"),
                        "code_verifier",
                        RunningOracle.VERIFIER));

        assertError(response, "invalid_grant");
    }

    @Test
    void takesNoCodeThatAnotherSitePosts() {
        HttpResponse<String> response = browser.send(oracle.request("/device")
                .header("Sec-Fetch-Site", "cross-site")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("user_code=" + begin().getString("user_code"))));

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).doesNotContain("value=\"allow\"");
    }

    @Test
    void countsNoDeviceThatIsRefusedAgainstTheCap() {
        try (RunningOracle small = RunningOracle.start(Map.of("MAX_PENDING_DEVICES", "10"))) {
            for (int i = 0; i < 20; i++) {
                assertThat(small.post("/device_authorization", Map.of("client_id", "nobody"))
                                .statusCode())
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void stopsWhoeverGuesses() {
        for (int i = 0; i < 30; i++) {
            assertThat(type("BBBB-BBBB").statusCode()).isEqualTo(404);
        }

        assertThat(type(begin().getString("user_code")).statusCode()).isEqualTo(429);
        oracle.clock().advance(Duration.ofMinutes(1));
        assertThat(type(begin().getString("user_code")).statusCode()).isEqualTo(200);
    }

    @Test
    void keepsNoCodeInTheStore() {
        JsonObject device = begin();

        assertThat(oracle.dump())
                .doesNotContain(device.getString("device_code"))
                .doesNotContain(device.getString("user_code").replace("-", ""))
                .doesNotContain(device.getString("user_code"));
    }
}
