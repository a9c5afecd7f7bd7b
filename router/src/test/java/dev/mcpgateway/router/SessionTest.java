package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.ScriptedUpstream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A client's session, through the whole router. */
class SessionTest {
    private static final ScriptedUpstream.Script SERVER =
            TestRouter.answering("HTTP/1.1 200 OK\r\nMcp-Session-Id: abc\r\nContent-Length: 5\r\n\r\nhello");
    /** Whoever says he is mallory is mallory. */
    private static final ScriptedUpstream.Script VERIFY = peer -> {
        for (var question = peer.readRequest(); question.isPresent(); question = peer.readRequest()) {
            String user = question.get().contains("Bearer mallory") ? "666" : "42";
            peer.send("HTTP/1.1 204 No Content\r\nX-User-Id: " + user + "\r\n\r\n");
        }
    };

    @Test
    void theClientSendsBackTheIdItGotAndTheServerSeesItsOwn() throws IOException {
        try (TestRouter router = TestRouter.setup().service(SERVER).start()) {
            String session = open(router);
            assertThat(session).isNotEqualTo("abc");

            RawClient.Answer next = router.ask(router.post("/echo/mcp", "{}", "Mcp-Session-Id: " + session));

            assertThat(next.status()).isEqualTo(200);
            assertThat(next.header("Mcp-Session-Id")).isEqualTo(session);
            assertThat(router.service().requests().getLast()).contains("\r\nMcp-Session-Id: abc\r\n");
        }
    }

    @Test
    void anotherUsersSessionIsNotFound() throws IOException {
        try (TestRouter router =
                TestRouter.setup().service(SERVER).verify(VERIFY).start()) {
            String session = open(router);

            RawClient.Answer answer = router.ask(
                    router.post("/echo/mcp", "{}", "Mcp-Session-Id: " + session, "Authorization: Bearer mallory"));

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
            assertThat(answer.body())
                    .isEqualTo(
                            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32001,\"message\":\"Session not found\"},\"id\":null}");
            assertThat(router.service().requests()).hasSize(1);
        }
    }

    @Test
    void aDeadServersSessionMayBeTriedAgain() throws IOException {
        try (TestRouter router = TestRouter.setup().service(SERVER).start()) {
            String session = open(router);
            router.service().close();

            RawClient.Answer answer = router.ask(router.post("/echo/mcp", "{}", "Mcp-Session-Id: " + session));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
        }
    }

    @Test
    void aServiceMayKeepItsIds() throws IOException {
        try (TestRouter router =
                TestRouter.setup().service(SERVER).serviceYaml("affinity: off").start()) {
            assertThat(open(router)).isEqualTo("abc");
        }
    }

    private static String open(TestRouter router) throws IOException {
        RawClient.Answer answer = router.ask(router.post("/echo/mcp", "{}"));
        assertThat(answer.status()).isEqualTo(200);
        return answer.header("Mcp-Session-Id");
    }
}
