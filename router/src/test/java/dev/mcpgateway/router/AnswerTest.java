package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.ScriptedUpstream.Script;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {
    @Test
    void tellsBrowsersToBeCareful() throws IOException {
        try (TestRouter router = TestRouter.setup().hostForm().start();
                RawClient client = router.connect("echo.example.test")) {
            RawClient.Answer answer = client.send("GET /mcp HTTP/1.1\r\nHost: echo.example.test:%d\r\n\r\n"
                            .formatted(router.router().httpsPort()))
                    .read();

            assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("same-origin");
            assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'");
        }
    }

    @Test
    void asksForNoHstsOnLocalhost() throws IOException {
        try (TestRouter router = TestRouter.setup()
                .service(TestRouter.answer(
                        "200 OK",
                        "Set-Cookie: __Host-x=1",
                        "Access-Control-Allow-Origin: *",
                        "Clear-Site-Data: \"*\"",
                        "Alt-Svc: h3=\":1\"",
                        "X-User-Id: 1",
                        "X-Request-Id: 1",
                        "Connection: X-Hop",
                        "X-Hop: 1",
                        "Keep-Alive: timeout=100",
                        "Mcp-Session-Id: kept",
                        "X-Kept: J\u00f6rg",
                        "Content-Length: 0"))
                .start()) {
            assertThat(router.ask(router.get("/echo/mcp")).all("Strict-Transport-Security"))
                    .isEmpty();
        }
    }

    @Test
    void dropsWhatAServiceMustNotSay() throws IOException {
        try (TestRouter router =
                TestRouter.setup().service("""
                        HTTP/1.1 200 OK
                        Set-Cookie: __Host-x=1
                        Access-Control-Allow-Origin: *
                        Clear-Site-Data: "*"
                        Alt-Svc: h3=":1"
                        X-User-Id: 1
                        X-Request-Id: 1
                        Connection: X-Hop
                        X-Hop: 1
                        Keep-Alive: timeout=100
                        Mcp-Session-Id: kept
                        X-Kept: J\u00f6rg
                        Content-Length: 0

                        """.replace("\n", "\r\n")).start()) {
            RawClient.Answer answer = router.ask(router.get("/echo/mcp"));

            assertThat(answer.head())
                    .containsPattern("Mcp-Session-Id: \\S{36}\\.kept")
                    .contains("X-Kept: J\u00f6rg")
                    .doesNotContain("Set-Cookie")
                    .doesNotContain("Access-Control-Allow")
                    .doesNotContain("Clear-Site-Data")
                    .doesNotContain("Alt-Svc")
                    .doesNotContain("X-User-Id")
                    .doesNotContain("Hop")
                    .doesNotContain("Keep-Alive");
            assertThat(answer.all("X-Request-Id")).hasSize(1);
        }
    }

    @Test
    void keepsCookiesAndPoliciesOfTheOracle() throws IOException {
        try (TestRouter router = TestRouter.setup()
                .oracle(TestRouter.answer(
                        "200 OK",
                        "Set-Cookie: a=1",
                        "Set-Cookie: b=2",
                        "Referrer-Policy: no-referrer",
                        "Content-Security-Policy: x",
                        "Content-Length: 0"))
                .start()) {
            RawClient.Answer answer = router.ask(router.get("/authorize"));

            assertThat(answer.all("Set-Cookie")).containsExactly("a=1", "b=2");
            assertThat(answer.all("Referrer-Policy")).containsExactly("no-referrer");
            assertThat(answer.all("Content-Security-Policy")).containsExactly("x");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "304 Not Modified"})
    void passesAnswersWithoutABody(String status) throws IOException {
        try (TestRouter router = TestRouter.setup()
                        .service("HTTP/1.1 " + status + "\r\nETag: \"x\"\r\nContent-Length: 5\r\n\r\n")
                        .start();
                RawClient client = router.connect()) {
            for (int i = 0; i < 2; i++) {
                RawClient.Answer answer = client.send(router.get("/echo/mcp")).readHead();
                assertThat(answer.head()).startsWith("HTTP/1.1 " + status).contains("ETag: \"x\"");
                assertThat(answer.all("Content-Length")).isEmpty();
            }
        }
    }

    @Test
    void skipsInformationalAnswers() throws IOException {
        try (TestRouter router = TestRouter.setup()
                .service("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + TestRouter.HELLO)
                .start()) {
            assertThat(router.ask(router.get("/echo/mcp")).body()).isEqualTo("hello");
        }
    }

    @Test
    void passesAnswersOfAnyStatusWithTheirBody() throws IOException {
        for (int status : new int[] {200, 202, 205, 400, 404, 418, 500, 599}) {
            String answer = "HTTP/1.1 " + status + " Whatever\r\nContent-Length: 5\r\n\r\nhello";
            try (TestRouter router = TestRouter.setup().service(answer).start()) {
                assertThat(router.ask(router.get("/echo/mcp")))
                        .returns(status, RawClient.Answer::status)
                        .returns("hello", RawClient.Answer::body);
            }
        }
    }

    @Test
    void saysTheReasonOfTheStatusAndNotTheOneOfTheUpstream() throws IOException {
        try (TestRouter router = TestRouter.setup()
                .service("HTTP/1.1 404 <script>\u00e9\r\nContent-Length: 0\r\n\r\n")
                .start()) {
            assertThat(router.ask(router.get("/echo/mcp")).head()).startsWith("HTTP/1.1 404 Not Found\r\n");
        }
    }

    @Test
    void dropsTrailersOfAnAnswer() throws IOException {
        String chunks = "5\r\nhello\r\n0\r\nX-User-Id: 1\r\n\r\n";
        String head = TestRouter.answer("200 OK", "Transfer-Encoding: chunked", "Trailer: X-User-Id");
        try (TestRouter router = TestRouter.setup().service(head + chunks).start();
                RawClient client = router.connect()) {
            client.send(router.get("/echo/mcp", "TE: trailers"));

            assertThat(client.readHead().head()).doesNotContain("Trailer:");
            assertThat(client.readChunk()).isEqualTo("hello");
            client.send(router.get("/token", "Connection: close"));
            assertThat(client.readToEnd()).startsWith("0\r\n\r\nHTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void passesALargeAnswerWhole() throws IOException {
        String body = "0123456789".repeat(300_000);
        try (TestRouter router = TestRouter.setup()
                .service("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .start()) {
            assertThat(router.ask(router.get("/echo/mcp")).body()).isEqualTo(body);
        }
    }

    @Test
    void says502WhenTheUpstreamCannotBeReachedOrMakesNoSense() throws IOException {
        for (Script script : new Script[] {
            peer -> peer.readRequest(),
            TestRouter.answering("garbage\r\n\r\n"),
            peer -> {
                peer.readRequest();
                peer.reset();
            }
        }) {
            try (TestRouter router = TestRouter.setup().service(script).start()) {
                RawClient.Answer answer = router.ask(router.post("/echo/mcp", "{}"));

                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.header("Content-Type")).isEqualTo("application/json");
                assertThat(answer.body())
                        .contains("\"error\":\"upstream_failed\"")
                        .contains("\"message\":\"echo gave no valid answer\"")
                        .contains("\"request_id\":\"" + answer.header("X-Request-Id") + "\"")
                        .doesNotContain("Exception")
                        .doesNotContain("127.0.0.1");
            }
        }
    }

    @Test
    void says504WhenTheUpstreamTakesTooLong() throws IOException {
        Script silent = _ -> new CountDownLatch(1).await();
        try (TestRouter router = TestRouter.setup()
                .service(silent)
                .with("UPSTREAM_RESPONSE_TIMEOUT", "200ms")
                .start()) {
            assertThat(router.ask(router.post("/echo/mcp", "{}")).status()).isEqualTo(504);
        }
    }

    @Test
    void says503WhenTheUpstreamIsBusy() throws IOException, InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        try (TestRouter router = TestRouter.setup()
                        .service(peer -> {
                            peer.readRequest();
                            busy.countDown();
                            done.await();
                        })
                        .with("UPSTREAM_MAX_CONNECTIONS", "1")
                        .with("UPSTREAM_CONNECT_TIMEOUT", "200ms")
                        .start();
                RawClient first = router.connect()) {
            first.send(router.get("/echo/mcp"));
            busy.await();

            RawClient.Answer answer = router.ask(router.get("/echo/mcp"));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            done.countDown();
        }
    }

    @Test
    void breaksOffWhenTheUpstreamDoesInTheMiddle() throws IOException {
        Script half = peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf");
        };
        try (TestRouter router = TestRouter.setup().service(half).start();
                RawClient client = router.connect()) {
            client.send(router.get("/echo/mcp"));

            assertThat(client.readHead().header("Content-Length")).isEqualTo("100000");
            assertThat(client.readToEnd()).isEqualTo("half");
        }
    }

    @Test
    void says502WhenTheUpstreamBreaksOffAShortAnswer() throws IOException {
        Script half = peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        };
        try (TestRouter router = TestRouter.setup().service(half).start()) {
            RawClient.Answer answer = router.ask(router.get("/echo/mcp"));

            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).contains("upstream_failed").doesNotContain("half");
        }
    }

    @Test
    void closesWhenTheClientAsksForIt() throws IOException {
        try (TestRouter router = TestRouter.setup().start();
                RawClient client = router.connect()) {
            RawClient.Answer answer =
                    client.send(router.get("/echo/mcp", "Connection: close")).read();

            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void closesConnectionsThatAreIdle() throws IOException {
        try (TestRouter router = TestRouter.setup().with("IDLE_TIMEOUT", "1s").start();
                RawClient client = router.connect()) {
            client.send(router.get("/echo/mcp")).read();

            assertThat(client.readToEnd()).isEmpty();
        }
    }
}
