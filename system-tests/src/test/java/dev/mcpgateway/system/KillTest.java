package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.Client.Authorization;
import dev.mcpgateway.system.Client.Tokens;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was answered is kept, however the gateway ends: in each round it is killed at some moment of the 50 ms after an
 * answer. {@code -Dkill.rounds} says how many rounds at least; {@code system-tests/long kill} runs 50.
 */
@Tag("faults")
@Timeout(900)
class KillTest {
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 10);
    private static final long MAX_DELAY_NANOS = Duration.ofMillis(50).toNanos();

    /** Clients keep the address, so it comes back under the same one. */
    private final int port = Gateway.freePort();

    private final List<Connection> connections = new ArrayList<>();

    @TempDir
    Path data;

    private int killed;
    private Gateway gateway;
    private Web web;

    private record Connection(Client client, Tokens tokens) {
        void assertIsAlive() {
            assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(200);
            assertThat(client.refresh(tokens.refresh()).statusCode()).isEqualTo(200);
        }
    }

    @BeforeEach
    void start() {
        gateway = Gateway.start(data, port, Map.of());
        web = new Web(gateway.certificates());
    }

    @AfterEach
    void stop() {
        web.close();
        gateway.close();
    }

    @Test
    void keepsWhatItAnsweredWhenItIsKilledRightAfterwards() {
        String keys = keys();

        while (killed < ROUNDS) {
            Client client = register();
            Tokens first = redeem(client);
            connections.add(new Connection(client, refresh(client, first)));
            revokeAnother(client);
        }

        assertThat(keys()).isEqualTo(keys);
        assertThat(connections).isNotEmpty().allSatisfy(Connection::assertIsAlive);
    }

    private Client register() {
        Client client = killedAfter(() -> Client.register(web, gateway.service("echo")));
        assertThat(web.get(client.authorize().uri()).statusCode()).isEqualTo(200);
        return client;
    }

    private Tokens redeem(Client client) {
        Authorization authorization = client.authorize();
        String code = client.codeFrom(new User("alice", web), authorization);
        Tokens tokens = tokens(killedAfter(() -> client.redeem(code, authorization.verifier())));
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(200);
        return tokens;
    }

    private Tokens refresh(Client client, Tokens previous) {
        Tokens tokens = tokens(killedAfter(() -> client.refresh(previous.refresh())));
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(200);
        return tokens;
    }

    private void revokeAnother(Client client) {
        Tokens unwanted = client.signIn(new User("alice", web));
        HttpResponse<String> revoked = killedAfter(() -> client.revoke(unwanted.refresh()));
        assertThat(revoked.statusCode()).isEqualTo(200);
        assertThat(client.initialize(unwanted.access()).statusCode()).isEqualTo(401);
        assertThat(client.refresh(unwanted.refresh()).statusCode()).isEqualTo(400);
    }

    private String keys() {
        return web.get(gateway.service("echo").resolve("/jwks")).body();
    }

    /** Asks, kills the gateway within 50 ms of the answer, and starts it again. */
    private <T> T killedAfter(Supplier<T> question) {
        T answer = question.get();
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MAX_DELAY_NANOS));
        gateway.kill();
        killed++;
        gateway.awaitEnd();
        gateway = Gateway.start(data, port, Map.of());
        return answer;
    }
}
