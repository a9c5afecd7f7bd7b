package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.github.GithubStandIn;
import dev.mcpgateway.oracle.testing.github.GithubStandIn.Trouble;
import dev.mcpgateway.system.Client.Authorization;
import dev.mcpgateway.system.Client.Tokens;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Router and oracle as processes of their own, and people who sign in with GitHub; on whichever store. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
abstract class GithubSignInContract {
    private Deployment deployment;
    private Web web;

    /**
     * Where the oracle keeps what it remembers: a store of its own, since keys that another deployment sealed there
     * would stop the start. Asked once, before anything starts.
     *
     * @param folder for stores that keep files
     */
    abstract String storageUrl(Path folder);

    @BeforeAll
    void start(@TempDir Path folder) {
        deployment = Deployment.start(folder, storageUrl(folder), 1);
        web = new Web(deployment.certificates());
    }

    @AfterAll
    void stop() {
        web.close();
        deployment.close();
    }

    @BeforeEach
    void nothingIsTheMatterWithGithub() {
        deployment.github().recover();
    }

    private User user(String login) {
        return new User(login, web);
    }

    private Client client() {
        return Client.register(web, deployment.echo());
    }

    private Map<String, String> answerFor(User user, Authorization authorization) {
        Map<String, String> answer = user.allow(authorization);
        assertThat(answer).containsEntry("state", authorization.state()).containsKey("iss");
        return answer;
    }

    @Test
    void letsAUserOfGithubCallAToolAndTellsTheServerWhoItIs() {
        Client client = client();

        Tokens first = client.signIn(user("alice"));
        Tokens tokens = tokens(client.refresh(first.refresh()));

        JsonObject headers = Json.createReader(
                        new StringReader(client.callTool(tokens.access(), "whoami", JsonObject.EMPTY_JSON_OBJECT)))
                .readObject()
                .getJsonObject("headers");
        assertThat(headers.getJsonArray("X-User-Id").getString(0)).isEqualTo(deployment.idOf("alice"));
        assertThat(headers.getJsonArray("X-User-Name").getString(0)).isEqualTo("alice");
    }

    @Test
    void tellsTheClientThatTheUserDeniedAtGithub() {
        Authorization authorization = client().authorize();

        Map<String, String> answer = answerFor(user("alice").denyingAtGithub(), authorization);

        assertThat(answer).containsEntry("error", "access_denied").doesNotContainKey("code");
    }

    @Test
    void refusesALoginThatIsOnNoList() {
        Authorization authorization = client().authorize();

        Map<String, String> answer = answerFor(user("mallory"), authorization);

        assertThat(answer).containsEntry("error", "access_denied").doesNotContainKey("code");
        assertThat(answer.get("error_description")).contains("mallory may not use the service echo");
    }

    @Test
    void tellsTheClientWithinSecondsThatGithubIsDown() {
        Authorization authorization = client().authorize();
        User alice = user("alice");
        URI callback =
                alice.followUntil(authorization.uri(), deployment.callback().toString());

        deployment.github().goDown();
        Map<String, String> answer = User.query(alice.followUntil(callback, Client.REDIRECT_URI));
        deployment.github().comeBack();

        assertThat(answer)
                .containsEntry("error", "temporarily_unavailable")
                .containsEntry("state", authorization.state())
                .doesNotContainKey("code");
        assertThat(client().signIn(alice).access()).isNotEmpty();
    }

    @Test
    void waitsForASlowGithubNoLongerThanItIsTold() {
        Authorization authorization = client().authorize();
        User alice = user("alice");
        URI callback =
                alice.followUntil(authorization.uri(), deployment.callback().toString());
        deployment.github().trouble(GithubStandIn.USER_PATH, Trouble.SLOW);

        long asked = System.nanoTime();
        Map<String, String> answer = User.query(alice.followUntil(callback, Client.REDIRECT_URI));
        Duration elapsed = Duration.ofNanos(System.nanoTime() - asked);

        assertThat(answer).containsEntry("error", "temporarily_unavailable");
        assertThat(elapsed).isLessThan(Deployment.GITHUB_TIMEOUT.multipliedBy(2).plusSeconds(3));
    }

    @Test
    void keepsWhatClientsHaveWhenTheOracleIsKilled() {
        Client client = client();
        Tokens first = client.signIn(user("alice"));

        deployment.oracle().kill();
        int meanwhile = client.initialize(first.access()).statusCode();
        deployment.oracle().startAgain();

        assertThat(meanwhile).isEqualTo(503);
        assertThat(client.initialize(first.access()).statusCode()).isEqualTo(200);
        Tokens second = tokens(client.refresh(first.refresh()));
        assertThat(client.initialize(second.access()).statusCode()).isEqualTo(200);
        assertThat(client.signIn(user("alice")).access()).isNotEmpty();
    }

    @Test
    void writesNeitherSecretsNorStackTracesToItsLog() {
        Client client = client();
        Tokens tokens = client.signIn(user("alice"));
        deployment.github().trouble(GithubStandIn.TOKEN_PATH, Trouble.FAILING);
        answerFor(user("alice"), client.authorize());

        List<String> secrets = new ArrayList<>(deployment.github().secrets());
        secrets.add(tokens.access());
        secrets.add(tokens.refresh());
        String log = deployment.oracleLogs();
        assertThat(log).contains("\"event\":\"login.failed\"").doesNotContain("\tat ");
        assertThat(secrets).noneMatch(log::contains);
    }
}
