package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.Client.Tokens;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two oracles on one store, of a kind that serves several processes: one issues, the other decides. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
abstract class TwoOraclesContract {
    private static final Duration SOON = Duration.ofSeconds(1);

    private Deployment deployment;
    private Web web;

    /** Where both keep what they remember: as for {@link GithubSignInContract#storageUrl}. */
    abstract String storageUrl(Path folder) throws Exception;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        deployment = Deployment.start(folder, storageUrl(folder), 2);
        web = new Web(deployment.certificates());
    }

    @AfterAll
    void stop() {
        web.close();
        deployment.close();
    }

    private Client client() {
        return Client.register(web, deployment.echo());
    }

    private Tokens signIn(Client client) {
        return client.signIn(new User("alice", web));
    }

    @Test
    void takesATokenThatTheOtherIssued() {
        Client client = client();
        Tokens first = signIn(client);
        assertThat(client.initialize(first.access()).statusCode()).isEqualTo(200);

        Tokens second = tokens(client.refresh(first.refresh()));
        assertThat(client.initialize(second.access()).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesATokenSoonAfterTheOtherRevokedIt() {
        Client client = client();
        Tokens tokens = signIn(client);
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(200);

        assertThat(client.revoke(tokens.refresh()).statusCode()).isEqualTo(200);

        long deadline = System.nanoTime() + SOON.toNanos();
        int status = client.initialize(tokens.access()).statusCode();
        while (status != 401 && System.nanoTime() < deadline) {
            status = client.initialize(tokens.access()).statusCode();
        }
        assertThat(status).isEqualTo(401);
    }

    @Test
    void goesOnDecidingWhenTheOtherIsKilled() {
        Client client = client();
        Tokens first = signIn(client);

        deployment.oracle().kill();
        int meanwhile = client.initialize(first.access()).statusCode();
        deployment.oracle().startAgain();

        assertThat(meanwhile).isEqualTo(200);
        Tokens second = tokens(client.refresh(first.refresh()));
        assertThat(client.initialize(second.access()).statusCode()).isEqualTo(200);
    }

    @Test
    void goesOnIssuingWhenTheOtherIsKilled() {
        Client client = client();
        Tokens first = signIn(client);

        deployment.verifyingOracle().kill();
        int meanwhile = client.initialize(first.access()).statusCode();
        Tokens second = tokens(client.refresh(first.refresh()));
        deployment.verifyingOracle().startAgain();

        assertThat(meanwhile).isEqualTo(503);
        assertThat(client.initialize(second.access()).statusCode()).isEqualTo(200);
    }
}
