package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.Client.Authorization;
import dev.mcpgateway.system.Client.Tokens;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was answered is kept, however the gateway ends. */
@Timeout(180)
class KillTest {
    private static final Duration AT_ONCE = Duration.ofMillis(50);

    /** Clients keep the address, so it comes back under the same one. */
    private final int port = Gateway.freePort();

    @TempDir
    Path data;

    private Gateway gateway;
    private Web web;

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
    void keepsClientsGrantsAndKeysWhenKilledRightAfterAnAnswer() {
        String keys = web.get(gateway.service("echo").resolve("/jwks")).body();
        Client client =
                killedAfter(() -> Client.register(web, gateway.service("echo"))).over(web);

        Authorization authorization = client.authorize();
        String code = client.codeFrom(new User("alice", web), authorization);
        Tokens first = tokens(killedAfter(() -> client.redeem(code, authorization.verifier())));
        Client second = client.over(web);
        assertThat(second.initialize(first.access()).statusCode()).isEqualTo(200);

        Tokens refreshed = tokens(killedAfter(() -> second.refresh(first.refresh())));
        Client third = second.over(web);
        assertThat(third.initialize(refreshed.access()).statusCode()).isEqualTo(200);
        Tokens last = tokens(third.refresh(refreshed.refresh()));

        HttpResponse<String> revoked = killedAfter(() -> third.revoke(last.refresh()));
        Client fourth = third.over(web);
        assertThat(revoked.statusCode()).isEqualTo(200);
        assertThat(fourth.initialize(last.access()).statusCode()).isEqualTo(401);
        assertThat(fourth.refresh(last.refresh()).statusCode()).isEqualTo(400);
        assertThat(web.get(gateway.service("echo").resolve("/jwks")).body()).isEqualTo(keys);
    }

    /** Asks, kills the gateway as soon as the answer is there, and starts it again. */
    private <T> T killedAfter(Supplier<T> question) {
        T answer = question.get();
        long answered = System.nanoTime();
        gateway.kill();
        Duration elapsed = Duration.ofNanos(System.nanoTime() - answered);
        gateway.awaitEnd();
        web.close();
        start();
        assertThat(elapsed).isLessThan(AT_ONCE);
        return answer;
    }
}
