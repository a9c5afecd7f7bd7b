package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.ScriptedUpstream.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer of verify serves equal requests, for as long as it allows and nothing ends it before. */
@Timeout(30)
class VerdictReuseTest {
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String ALLOWED = allowed("Cache-Control: private, max-age=60");
    private static final String HEAD = "Authorization: Bearer one";

    /** Ends the stream of revocations. */
    private static final String END = "end";

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private volatile String answer = ALLOWED;

    private final Script revocations = peer -> {
        peer.readRequest();
        peer.send(STREAM);
        heard.add("heartbeat\ndata:");
        for (String next = heard.take(); !next.equals(END); next = heard.take()) {
            String event = "event: " + next + "\n\n";
            peer.send(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
        }
    };

    private final Script verify = peer -> {
        while (!peer.asksFor(TestRouter.REVOCATIONS) && peer.readRequest().isPresent()) {
            peer.send(answer);
        }
    };

    private static String allowed(String... lines) {
        return TestRouter.answer(
                "204 No Content",
                "X-User-Id: 42",
                "Gateway-Expires: 4000000000",
                "Gateway-Subjects: token grant user client",
                String.join("\r\n", lines));
    }

    private TestRouter start() throws IOException {
        return start(TestRouter.setup());
    }

    private TestRouter start(TestRouter.Setup setup) throws IOException {
        TestRouter router = setup.verify(verify).revocations(revocations).start();
        Eventually.holds(() -> router.router().hearsRevocations());
        return router;
    }

    private static int ask(TestRouter router, String target, String... lines) throws IOException {
        return router.ask(router.get(target, lines)).status();
    }

    private static void assertAsked(TestRouter router, int times) {
        assertThat(router.questions()).hasSize(times);
    }

    @Test
    void servesEqualRequestsWhateverTheirIdAndTrace() throws IOException {
        try (TestRouter router = start(TestRouter.setup().with("VERIFY_MAX_AGE", "60s"))) {
            for (int i = 0; i < 5; i++) {
                assertThat(ask(
                                router,
                                "/echo/mcp",
                                HEAD,
                                "X-Request-Id: r" + i,
                                "Accept: a/" + i,
                                "traceparent: 00-" + i))
                        .isEqualTo(200);
            }

            assertAsked(router, 1);
            assertThat(router.service().requests()).hasSize(5).allMatch(seen -> seen.contains("X-User-Id: 42"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /echo/mcp Authorization: Bearer two",
                "GET /echo/mcp Authorization: bearer one",
                "GET /echo/mcp Host-Header: x",
                "GET /echo/mcp?x Authorization: Bearer one",
                "GET /echo/mcp/ Authorization: Bearer one",
                "DELETE /echo/mcp Authorization: Bearer one",
            })
    void servesNoOther(String other) throws IOException {
        List<String> parts = List.of(other.split(" ", 3));
        try (TestRouter router = start()) {
            ask(router, "/echo/mcp", HEAD);
            router.ask(router.request(parts.get(0), parts.get(1), "", parts.get(2)));

            assertAsked(router, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mcp-Method: tools/call", "Mcp-Name: rm", "MCP-Protocol-Version: 2026-07-28"})
    void servesNoOtherToolOrVersion(String line) throws IOException {
        try (TestRouter router = start()) {
            ask(router, "/echo/mcp", HEAD);
            ask(router, "/echo/mcp", HEAD, line);
            ask(router, "/echo/mcp", HEAD, line + "x");

            assertAsked(router, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Nothing: to say",
                "Cache-Control: no-store",
                "Cache-Control: max-age=0",
                "Cache-Control: max-age=60, no-store",
                "Cache-Control: max-age=60, max-age=60",
                "Cache-Control: max-age=soon",
                "Cache-Control: s-maxage=60"
            })
    void isUsedOnceUnlessItClearlyAllowsMore(String line) throws IOException {
        answer = allowed(line);
        try (TestRouter router = start()) {
            ask(router, "/echo/mcp", HEAD);
            ask(router, "/echo/mcp", HEAD);

            assertAsked(router, 2);
        }
    }

    @Test
    void isUsedOnceWhereTheOperatorSaysSo() throws IOException {
        try (TestRouter router = start(TestRouter.setup().with("VERIFY_MAX_AGE", "0"))) {
            ask(router, "/echo/mcp", HEAD);
            ask(router, "/echo/mcp", HEAD);

            assertAsked(router, 2);
        }
    }

    @Test
    void isUsedOnceWhileRevocationsAreNotHeard() throws IOException {
        try (TestRouter router = TestRouter.setup().verify(ALLOWED).start()) {
            ask(router, "/echo/mcp", HEAD);
            ask(router, "/echo/mcp", HEAD);

            assertAsked(router, 2);
        }
    }

    @Test
    void refusalsAreNeverKept() throws IOException {
        answer = TestRouter.answer(
                "401 Unauthorized", "Cache-Control: max-age=60", "WWW-Authenticate: Bearer", "Content-Length: 0");
        try (TestRouter router = start()) {
            assertThat(ask(router, "/echo/mcp", HEAD)).isEqualTo(401);
            assertThat(ask(router, "/echo/mcp", HEAD)).isEqualTo(401);

            assertAsked(router, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"revoked\ndata: grant", "flush\ndata:", END})
    void endsWithWhatItRestsOn(String event) throws IOException {
        try (TestRouter router = start()) {
            assertThat(ask(router, "/echo/mcp", HEAD)).isEqualTo(200);
            answer = TestRouter.DENIED;
            assertThat(ask(router, "/echo/mcp", HEAD)).isEqualTo(200);

            heard.add(event);

            Eventually.holds(() -> status(router) == 401);
        }
    }

    @Test
    void endsWithItsAge() throws IOException {
        answer = allowed("Cache-Control: max-age=1");
        try (TestRouter router = start()) {
            assertThat(ask(router, "/echo/mcp", HEAD)).isEqualTo(200);
            answer = TestRouter.DENIED;

            Eventually.holds(() -> status(router) == 401);
        }
    }

    /** Another instance may say so, which has not heard of it yet. */
    @Test
    void isNotKeptWhenWhatItRestsOnWasRevokedBefore() throws IOException {
        try (TestRouter router = start()) {
            heard.add("revoked\ndata: user");
            Eventually.holds(() -> status(router) == 503);

            assertThat(ask(router, "/echo/mcp", HEAD)).isEqualTo(503);
        }
    }

    private static int status(TestRouter router) {
        try {
            return ask(router, "/echo/mcp", HEAD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
