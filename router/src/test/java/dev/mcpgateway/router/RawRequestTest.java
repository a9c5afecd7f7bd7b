package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the web server and we make of requests, byte for byte. */
class RawRequestTest {
    private static TestRouter router;

    @BeforeAll
    static void start() throws IOException {
        router = TestRouter.setup().start();
    }

    @AfterAll
    static void stop() throws IOException {
        router.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "?a=1?b", "/x?a=%zz[]|", "/%E2%82%AC/y?", "/a:b@c"})
    void keepsTheTargetByteForByteForVerifyAndUpstream(String rest) throws IOException {
        assertThat(router.ask(router.get("/echo/mcp" + rest)).status()).isEqualTo(200);

        assertThat(router.questions().getLast()).contains("\r\nX-Forwarded-Uri: /echo/mcp" + rest + "\r\n");
        assertThat(router.service().requests().getLast()).startsWith("GET /up" + rest + " HTTP/1.1\r\n");
    }

    @Test
    void keepsBytesOutsideAsciiInHeaderValues() throws IOException {
        router.ask(router.get("/echo/mcp", "X-Name: J\u00f6rg", "User-Agent: \u00ff\u0080"));

        assertThat(router.service().requests().getLast())
                .contains("\r\nX-Name: J\u00f6rg\r\n")
                .contains("\r\nUser-Agent: \u00ff\u0080\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /echo/mcp HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: HOST, HOST\r\n\r\n",
                "GET http://HOST/echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET HTTPS://HOST/echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET https://HOST HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET https://HOST?x HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET https://HOST:1/echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET https://x@HOST/echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET https://localhost/echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET https://HOST/echo/mcp HTTP/1.1\r\nHost: localhost:1\r\n\r\n",
                "GET https://HOST//echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET //HOST/echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: localhost:0\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: localhost:99999\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: localhost:\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: localhost:443x\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: a@HOST\r\n\r\n",
                "\0GET /echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "\u0001\r\nGET /echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "\u007fGET /echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET  /echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET\t/echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET /echo/mcp\u00e9 HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "G(T /echo/mcp HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET /echo/mcp# HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET /echo/mcp/..;/x HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost : HOST\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: HOST\r\n: empty\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: HOST\r\nX: a\r\n folded\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: HOST\r\nX: a\0b\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: HOST\r\nX: a\rb\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\nHost: HOST\n\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: HOST\r\nX\u00e9: a\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: HOST\r\nNo colon\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1, 1\r\n\r\nx",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: \u000b1\r\n\r\nx",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\u00a0\r\n\r\nx",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nX: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\n Host: HOST\r\nHost: HOST\r\n\r\n",
                "GET /echo/mcp HTTP/1.1\r\nHost: HOST\r\nhost: HOST\r\n\r\n",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: +1\r\n\r\nx",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\nx",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0x1\r\n\r\nx",
                "POST /echo/mcp HTTP/1.1\r\nHost: HOST\r\nContent-Length: 99999999999999999999\r\n\r\nx"
            })
    void refusesWhatIsMalformedAndCloses(String request) throws IOException {
        int connections = router.service().connections();
        try (RawClient client = router.connect()) {
            client.send(request.replace("HOST", router.host()));

            RawClient.Answer answer = client.read();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("\"error\":\"invalid_request\"").contains("\"request_id\":");
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(router.service().connections()).isEqualTo(connections);
    }

    @Test
    void takesAbsoluteFormThatRepeatsHost() throws IOException {
        String target = "https://" + router.host() + "/echo/mcp/x?y";

        assertThat(router.ask(router.get(target)).status()).isEqualTo(200);

        assertThat(router.verify().requests().getLast()).contains("\r\nX-Forwarded-Uri: /echo/mcp/x?y\r\n");
        assertThat(router.service().requests().getLast()).startsWith("GET /up/x?y HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.0\r\n\r\n", "OPTIONS / HTTP/1.0\r\nHost: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n"})
    void answersOtherVersionsInWords(String request) throws IOException {
        try (RawClient client = router.connect()) {
            RawClient.Answer answer = client.send(request).read();

            assertThat(answer.status()).isEqualTo(505);
            assertThat(answer.body()).contains("\"error\":\"http_version_not_supported\"");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT HOST", "CONNECT /echo/mcp", "TRACE /echo/mcp", "trace /echo/mcp"})
    void servesNeitherConnectNorTrace(String methodAndTarget) throws IOException {
        int questions = router.verify().requests().size();
        try (RawClient client = router.connect()) {
            String line = methodAndTarget.replace("HOST", router.host()) + " HTTP/1.1\r\n";
            RawClient.Answer answer =
                    client.send(line + "Host: " + router.host() + "\r\n\r\n").read();

            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("Allow")).contains("GET").doesNotContain("TRACE");
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(router.verify().requests()).hasSize(questions);
    }

    @Test
    void saysWhichPartIsTooLong() throws IOException {
        try (RawClient client = router.connect()) {
            assertThat(client.send("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n")
                            .read()
                            .status())
                    .isEqualTo(414);
        }
        try (RawClient client = router.connect()) {
            String header = "X: " + "a".repeat(40_000);
            assertThat(client.send(router.get("/echo/mcp", header)).read().status())
                    .isEqualTo(431);
        }
    }

    @Test
    void answersEachPipelinedRequestOnItsOwn() throws IOException {
        try (TestRouter guarded = TestRouter.setup()
                        .verify(peer -> {
                            for (var question = peer.readRequest();
                                    question.isPresent();
                                    question = peer.readRequest()) {
                                boolean good = question.get().contains("\r\nAuthorization: Bearer good\r\n");
                                peer.send(good ? TestRouter.ALLOWED : TestRouter.DENIED);
                            }
                        })
                        .start();
                RawClient client = guarded.connect()) {
            client.send(guarded.post("/echo/mcp/1", "one", "Authorization: Bearer good")
                    + guarded.post("/echo/mcp/2", "two")
                    + guarded.post("/echo/mcp/3", "three", "Authorization: Bearer good"));

            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.read().status()).isEqualTo(401);
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(guarded.service().requests())
                    .hasSize(2)
                    .noneMatch(request -> request.contains("two"))
                    .anyMatch(request -> request.endsWith("\r\n\r\nthree"));
        }
    }

    @Test
    void doesNotServeWebSocket() throws IOException {
        assertThat(router.ask(router.get("/echo/mcp", "Upgrade: websocket", "Connection: upgrade"))
                        .status())
                .isEqualTo(501);
    }

    @Test
    void forwardsEveryMethodInItsCase() throws IOException {
        for (String method : new String[] {"DELETE", "PATCH", "get", "OPTIONS"}) {
            assertThat(router.ask(router.request(method, "/echo/mcp", "")).status())
                    .isEqualTo(200);
            assertThat(router.questions().getLast()).contains("X-Forwarded-Method: " + method + "\r\n");
            assertThat(router.service().requests().getLast()).startsWith(method + " /up HTTP/1.1\r\n");
        }
    }

    @Test
    void answersHeadWithoutABody() throws IOException {
        try (RawClient client = router.connect()) {
            client.send(router.request("HEAD", "/echo/mcp", "") + router.get("/echo/mcp"));

            assertThat(client.readHead().header("Content-Length")).isEqualTo("5");
            assertThat(client.read().body()).isEqualTo("hello");
        }
    }
}
