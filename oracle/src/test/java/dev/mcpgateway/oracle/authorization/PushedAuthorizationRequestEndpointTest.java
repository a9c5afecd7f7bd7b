package dev.mcpgateway.oracle.authorization;

import static dev.mcpgateway.oracle.testing.Browser.location;
import static dev.mcpgateway.oracle.testing.Browser.query;
import static dev.mcpgateway.oracle.testing.RunningOracle.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(Lifecycle.PER_CLASS)
class PushedAuthorizationRequestEndpointTest {
    private final RunningOracle oracle = RunningOracle.start();
    private final Browser browser = new Browser(oracle);

    @AfterAll
    void stop() {
        oracle.close();
    }

    private String push(Map<String, String> request) {
        HttpResponse<String> response = oracle.post("/par", request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return json(response).getString("request_uri");
    }

    private HttpResponse<String> authorize(String clientId, String requestUri) {
        return browser.authorize(Map.of("client_id", clientId, "request_uri", requestUri));
    }

    @Test
    void takesTheRequestThatTheBrowserThenOnlyNames() {
        String client = oracle.registerClient();
        HttpResponse<String> response = oracle.post("/par", Browser.request(client));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        JsonObject answer = json(response);
        assertThat(answer.getInt("expires_in")).isEqualTo(90);
        assertThat(answer.getString("request_uri"))
                .startsWith("urn:ietf:params:oauth:request_uri:")
                .doesNotContain(client);
        HttpResponse<String> page = authorize(client, answer.getString("request_uri"));
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        HttpResponse<String> denied = browser.decide(page, "deny");
        assertThat(query(Browser.onward(denied)).required("state")).isEqualTo("the state");
    }

    @Test
    void countsWhatWasPushedAndNothingThatTheBrowserAdds() {
        String client = oracle.registerClient();
        Map<String, String> brought = new HashMap<>(Browser.request(client));
        brought.put("request_uri", push(brought));
        brought.put("redirect_uri", "https://evil.example/");
        brought.put("resource", RunningOracle.FILES);

        assertThat(browser.authorize(brought).body())
                .contains(RunningOracle.ECHO, "127.0.0.1")
                .doesNotContain("evil.example", RunningOracle.FILES);
    }

    @Test
    void storesNothing() {
        String client = oracle.registerClient();
        String before = oracle.dump();

        push(Browser.request(client));

        assertThat(oracle.dump()).isEqualTo(before);
    }

    @Test
    void refusesAClientThatDoesNotAuthenticate() {
        HttpResponse<String> response = oracle.post("/par", Browser.request(oracle.registerClient("its-secret")));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(json(response).getString("error")).isEqualTo("invalid_client");
    }

    @ParameterizedTest
    @CsvSource({
        "redirect_uri, https://evil.example/, invalid_request",
        "code_challenge, '', invalid_request",
        "code_challenge_method, plain, invalid_request",
        "response_type, token, unsupported_response_type",
        "resource, https://other.example.com/mcp, invalid_target",
        "scope, admin, invalid_scope",
        "prompt, none, interaction_required",
        "request, x.y.z, request_not_supported",
        "request_uri, https://evil.example/, invalid_request_uri",
        "request_uri, urn:ietf:params:oauth:request_uri:x, invalid_request_uri"
    })
    void checksTheRequestAsTheAuthorizationEndpointDoes(String parameter, String value, String error) {
        Map<String, String> request = new HashMap<>(Browser.request(oracle.registerClient()));
        request.put(parameter, value);

        HttpResponse<String> response = oracle.post("/par", request);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(json(response).getString("error")).isEqualTo(error);
    }

    @Test
    void refusesARequestThatIsTooLongForAUrl() {
        Map<String, String> request = new HashMap<>(Browser.request(oracle.registerClient()));
        request.put("state", "\"".repeat(4_096));

        assertThat(oracle.post("/par", request).body()).contains("too long to be pushed");
    }

    @Test
    void showsAPageForARequestThatIsTooOldOrAnotherClientsOrMadeUp() {
        String client = oracle.registerClient();
        String pushed = push(Browser.request(client));

        assertThat(authorize(oracle.registerClient(), pushed).statusCode()).isEqualTo(400);
        assertThat(authorize(client, pushed + "x").body()).contains("prepared it too long ago");
        assertThat(authorize(client, "urn:ietf:params:oauth:request_uri:").statusCode())
                .isEqualTo(400);
        oracle.clock().advance(Duration.ofSeconds(89));
        assertThat(authorize(client, pushed).statusCode()).isEqualTo(200);
        oracle.clock().advance(Duration.ofSeconds(1));
        assertThat(authorize(client, pushed).statusCode()).isEqualTo(400);
    }

    @Test
    void grantsTheScopesOfTheService() {
        try (RunningOracle scoped = RunningOracle.startWithFile(
                "services: {echo: {upstream: x, scopes: [read], optional_scopes: [write, delete]}}")) {
            Browser person = new Browser(scoped);
            Map<String, String> request = new HashMap<>(Browser.request(scoped.registerClient()));

            assertThat(person.authorize(request).body()).contains("read").doesNotContain("write");
            request.put("scope", "offline_access");
            assertThat(person.authorize(request).body()).contains("read").doesNotContain("offline_access");
            request.put("scope", "write read nonsense");
            assertThat(person.authorize(request).body())
                    .contains("read", "write")
                    .doesNotContain("delete", "nonsense");
            request.put("scope", "mcp");
            assertThat(query(location(person.authorize(request))).required("error_description"))
                    .contains("read write delete");
        }
    }
}
