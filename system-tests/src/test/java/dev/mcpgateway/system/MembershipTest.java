package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.github.GithubStandIn;
import dev.mcpgateway.oracle.testing.github.GithubStandIn.Trouble;
import dev.mcpgateway.system.Client.Tokens;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A service for the members of an organisation of GitHub, through the router. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class MembershipTest {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private Deployment deployment;
    private Web web;
    private URI crew;

    @BeforeAll
    void start(@TempDir Path folder) {
        deployment = Deployment.start(
                folder,
                "jdbc:h2:file:" + folder.resolve("gateway"),
                1,
                Map.of("MEMBERSHIP_INTERVAL", INTERVAL.toSeconds() + "s"));
        web = new Web(deployment.certificates());
        crew = deployment.addService("crew", deployment.demoServer(), "github-org:acme", web);
    }

    @AfterAll
    void stop() {
        web.close();
        deployment.close();
    }

    @Test
    void endsTheOpenStreamOfSomebodyWhoLeavesTheOrganisation() throws Exception {
        deployment.github().join("carol", "acme");
        Client client = Client.register(web, crew);
        Tokens tokens = client.signIn(new User("carol", web));
        try (InputStream events = client.listen(tokens.access())) {
            deployment.github().leave("carol", "acme");
            long left = System.nanoTime();

            events.transferTo(OutputStream.nullOutputStream());
            Duration waited = Duration.ofNanos(System.nanoTime() - left);
            System.out.printf("an open stream ended %d ms after its user left the organisation%n", waited.toMillis());
            assertThat(waited).isLessThan(INTERVAL.plusSeconds(10));
        }

        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(401);
        assertThat(client.refresh(tokens.refresh()).body()).contains("invalid_grant");
        assertThat(deployment.oracleLogs()).contains("\"event\":\"membership.ended\"");
    }

    @Test
    void leavesAMemberAloneWhileGithubIsDown() {
        deployment.github().join("dave", "acme");
        Client client = Client.register(web, crew);
        Tokens tokens = client.signIn(new User("dave", web));
        deployment.github().trouble(GithubStandIn.USER_PATH, Trouble.FAILING);

        Tokens next = tokens(client.refresh(tokens.refresh()));

        assertThat(client.initialize(next.access()).statusCode()).isEqualTo(200);
        deployment.github().recover();
    }

    @Test
    void refusesSomebodyElse() {
        Client client = Client.register(web, crew);

        Map<String, String> answer = new User("mallory", web).allow(client.authorize());

        assertThat(answer).containsEntry("error", "access_denied").doesNotContainKey("code");
    }
}
