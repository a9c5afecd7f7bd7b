package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.ScriptedUpstream.Script;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No answer, no access: not one byte reaches the upstream. */
class FailClosedTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("hangs", (Script) _ -> new CountDownLatch(1).await()),
                Arguments.of("drops the connection", (Script) peer -> peer.readRequest()),
                Arguments.of("resets the connection", (Script) peer -> {
                    peer.readRequest();
                    peer.reset();
                }),
                Arguments.of(
                        "answers 500",
                        TestRouter.answering("HTTP/1.1 500 X\r\nX-User-Id: 42\r\nContent-Length: 0\r\n\r\n")),
                Arguments.of(
                        "redirects",
                        TestRouter.answering(
                                "HTTP/1.1 302 X\r\nLocation: /x\r\nX-User-Id: 42\r\nContent-Length: 0\r\n\r\n")),
                Arguments.of("answers 404", TestRouter.answering("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n")),
                Arguments.of("says garbage", TestRouter.answering("\u0000\u0001garbage\r\n\r\n")),
                Arguments.of(
                        "allows without identity",
                        TestRouter.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")),
                Arguments.of(
                        "allows with an empty identity",
                        TestRouter.answering("HTTP/1.1 204 OK\r\nX-User-Id: \r\n\r\n")),
                Arguments.of(
                        "allows with two identities",
                        TestRouter.answering("HTTP/1.1 204 OK\r\nX-User-Id: 1\r\nX-User-Id: 2\r\n\r\n")),
                Arguments.of(
                        "allows with a body",
                        TestRouter.answering("HTTP/1.1 200 OK\r\nX-User-Id: 1\r\nContent-Length: 2\r\n\r\nno")),
                Arguments.of("never ends its body", (Script) peer -> {
                    peer.readRequest();
                    peer.send("HTTP/1.1 401 X\r\nTransfer-Encoding: chunked\r\n\r\n");
                    while (true) {
                        peer.send("400\r\n" + "x".repeat(0x400) + "\r\n");
                    }
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void refusesWhenVerify(String name, Script verify) throws IOException {
        try (TestRouter router = TestRouter.setup()
                .verify(verify)
                .with("VERIFY_TIMEOUT", "500ms")
                .start()) {
            RawClient.Answer answer = router.ask(router.post("/echo/mcp", "body", "Authorization: Bearer t"));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isNotEmpty();
            assertThat(answer.body()).contains("verify_unavailable").doesNotContain("Exception");
            assertThat(router.service().connections()).isZero();
        }
    }

    @Test
    void refusesWhenNobodyListensForVerify() throws IOException {
        try (TestRouter router = TestRouter.setup()
                .with("VERIFY_URL", "http://127.0.0.1:" + TestRouter.freePort() + "/verify")
                .start()) {
            assertThat(router.ask(router.post("/echo/mcp", "body")).status()).isEqualTo(503);
            assertThat(router.service().connections()).isZero();
        }
    }

    @Test
    void relaysARefusalAsItIs() throws IOException {
        try (TestRouter router = TestRouter.setup().verify(TestRouter.DENIED).start()) {
            RawClient.Answer answer = router.ask(router.post("/echo/mcp", "body"));

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer resource_metadata=\"x\"");
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
            assertThat(answer.body()).isEqualTo("{}");
            assertThat(router.service().connections()).isZero();
        }
    }
}
