package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static dev.mcpgateway.system.Web.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.Client.Authorization;
import dev.mcpgateway.system.Client.Tokens;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
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
    void endsAnOpenStreamSoonAfterTheOtherRevokedItsGrant() throws Exception {
        Client client = client();
        Tokens tokens = signIn(client);
        try (InputStream events = client.listen(tokens.access())) {
            assertThat(client.revoke(tokens.refresh()).statusCode()).isEqualTo(200);
            long revoked = System.nanoTime();

            events.transferTo(OutputStream.nullOutputStream());
            Duration waited = Duration.ofNanos(System.nanoTime() - revoked);
            System.out.printf("an open stream ended %d ms after its grant was revoked%n", waited.toMillis());
            assertThat(waited).isLessThan(SOON.multipliedBy(10));
        }
    }

    @Test
    void letsOneOfManyRedeemACodeWhicheverOracleTheyAsk() throws Exception {
        Client client = client();
        Authorization authorization = client.authorize();
        String code = client.codeFrom(new User("alice", web), authorization);

        List<HttpResponse<String>> answers = atOnce(oracle -> client.redeemAt(oracle, code, authorization.verifier()));

        assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() != 200)
                .allSatisfy(
                        answer -> assertThat(json(answer).getString("error")).isEqualTo("invalid_grant"));
        // Whoever came too late has shown that the code was known to two.
        Tokens tokens = tokens(answers.stream()
                .filter(answer -> answer.statusCode() == 200)
                .findFirst()
                .orElseThrow());
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(401);
    }

    @Test
    void givesManyWhoRefreshAtOnceTheSameSuccessorWhicheverOracleTheyAsk() throws Exception {
        Client client = client();
        String refresh = signIn(client).refresh();

        List<HttpResponse<String>> answers = atOnce(oracle -> client.refreshAt(oracle, refresh));

        assertThat(answers.stream().map(answer -> tokens(answer).refresh()).distinct())
                .hasSize(1);
        assertThat(client.initialize(tokens(answers.getLast()).access()).statusCode())
                .isEqualTo(200);
    }

    /** Sixteen questions at the same moment, in turn to one oracle and the other. */
    private List<HttpResponse<String>> atOnce(Function<URI, HttpResponse<String>> question) throws Exception {
        List<URI> oracles = deployment.oracleUrls();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<HttpResponse<String>>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                URI oracle = oracles.get(i % oracles.size());
                answers.add(threads.submit(() -> {
                    start.await();
                    return question.apply(oracle);
                }));
            }
            start.countDown();
        }
        List<HttpResponse<String>> all = new ArrayList<>();
        for (Future<HttpResponse<String>> answer : answers) {
            all.add(answer.get());
        }
        return all;
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
