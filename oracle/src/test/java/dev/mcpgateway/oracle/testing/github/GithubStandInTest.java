package dev.mcpgateway.oracle.testing.github;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.github.GithubStandIn.App;
import dev.mcpgateway.oracle.testing.github.GithubStandIn.Trouble;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Holds the stand-in to GitHub's documentation where the gateway itself does not. */
class GithubStandInTest {
    private static final URI CALLBACK = URI.create("https://auth.example.com/callback");

    private final GithubStandIn github = GithubStandIn.start(new App("Iv1.app", "app-secret", CALLBACK));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        client.close();
        github.close();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private URI authorize(String more) {
        return URI.create(github.url() + "/login/oauth/authorize?client_id=Iv1.app&state=s" + more);
    }

    private HttpResponse<String> exchange(String accept, Map<String, String> changes) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("client_id", "Iv1.app");
        form.put("client_secret", "app-secret");
        form.putAll(changes);
        return send(HttpRequest.newBuilder(URI.create(github.url() + GithubStandIn.TOKEN_PATH))
                .header("Accept", accept)
                .POST(BodyPublishers.ofString(Form.write(form))));
    }

    private HttpRequest.Builder user() {
        return HttpRequest.newBuilder(URI.create(github.apiUrl() + GithubStandIn.USER_PATH));
    }

    private String newCode() {
        return Form.parse(new Person("octocat").allow(authorize("")).getRawQuery())
                .getOrDefault("code", "");
    }

    @Test
    void showsAPageThatAsksWhoItIs() {
        HttpResponse<String> page = send(HttpRequest.newBuilder(authorize("")));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("name=\"state\" value=\"s\"")
                .contains("type=\"text\" name=\"login\"")
                .contains("name=\"authorize\" value=\"0\">Deny");
    }

    @Test
    void doesNotKnowOtherApps() {
        assertThat(send(HttpRequest.newBuilder(URI.create(github.url() + "/login/oauth/authorize?client_id=x")))
                        .statusCode())
                .isEqualTo(404);
        assertThat(exchange("application/json", Map.of("client_secret", "x", "code", newCode()))
                        .body())
                .contains("\"error\":\"incorrect_client_credentials\"");
    }

    @Test
    void echoesTheStateWithADenial() {
        assertThat(new Person("octocat").deny(authorize("")).toString())
                .startsWith(CALLBACK + "?error=access_denied"
                        + "&error_description=The+user+has+denied+your+application+access.&error_uri=")
                .endsWith("&state=s");
    }

    @Test
    void goesToTheAppsCallbackWhenAnotherIsAskedFor() {
        URI there = new Person("octocat").allow(authorize("&redirect_uri=https://evil.example/callback"));

        assertThat(there.toString()).startsWith(CALLBACK + "?error=redirect_uri_mismatch&");
    }

    @Test
    void answersInTheFormThatIsAccepted() {
        assertThat(exchange("application/json", Map.of("code", newCode())).body())
                .contains("\"access_token\":\"gho_", "\"token_type\":\"bearer\"");
        assertThat(exchange("*/*", Map.of("code", newCode())).body()).contains("access_token=gho_");
        HttpResponse<String> refusal = exchange("*/*", Map.of("code", "x"));
        assertThat(refusal.statusCode()).isEqualTo(200);
        assertThat(refusal.body()).startsWith("error=bad_verification_code&");
    }

    @Test
    void asksWhoAsks() {
        assertThat(send(user()).statusCode()).isEqualTo(401);
        HttpResponse<String> refused = send(user().header("Authorization", "Bearer x"));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("\"message\":\"Bad credentials\"");
    }

    @Test
    void tellsWhatIsLeftOfTheRateLimit() {
        assertThat(send(user()).headers().firstValue("X-RateLimit-Remaining")).contains("4999");

        github.trouble(GithubStandIn.USER_PATH, Trouble.RATE_LIMITED);

        HttpResponse<String> limited = send(user());
        assertThat(limited.statusCode()).isEqualTo(403);
        assertThat(limited.headers().firstValue("X-RateLimit-Remaining")).contains("0");
        github.recover();
        assertThat(send(user()).statusCode()).isEqualTo(401);
    }
}
