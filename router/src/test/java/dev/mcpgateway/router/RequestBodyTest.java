package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    private TestRouter router;

    @BeforeEach
    void start() throws IOException {
        router = TestRouter.setup().with("MAX_BODY_BYTES", "200000").start();
    }

    @AfterEach
    void stop() throws IOException {
        router.close();
    }

    @Test
    void forwardsALongBodyOfKnownLength() throws IOException {
        String body = "0123456789".repeat(20_000);

        assertThat(router.ask(router.post("/echo/mcp", body)).status()).isEqualTo(200);

        assertThat(router.service().requests().getFirst()).endsWith("\r\n\r\n" + body);
    }

    @Test
    void forwardsChunksAndDropsTrailers() throws IOException {
        String chunks = "5\r\nhello\r\n0A\r\n, world!!!\r\n0\r\nX-User-Id: 1\r\nX_User_Id: 1\r\n\r\n";
        try (RawClient client = router.connect()) {
            client.send(router.request("POST", "/echo/mcp", chunks, CHUNKED, "Trailer: X-User-Id")
                    + router.get("/echo/mcp/next"));

            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.read().status()).isEqualTo(200);
        }
        String first = router.service().requests().getFirst();
        assertThat(first)
                .contains("hello")
                .contains(", world!!!")
                .doesNotContain("X-User-Id: 1")
                .doesNotContain("X_");
        assertThat(router.service().requests().getLast()).startsWith("GET /up/next ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\nhello\r\n0\r\n\r\n",
                "5;ext=1\r\nhello\r\n0\r\n\r\n",
                "+5\r\nhello\r\n0\r\n\r\n",
                "-5\r\nhello\r\n0\r\n\r\n",
                "5 \r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "000000005\r\nhello\r\n0\r\n\r\n",
                "FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n",
                "\r\nhello\r\n0\r\n\r\n",
                "5\r\nhelloXX0\r\n\r\n",
                "4\r\nhello\r\n0\r\n\r\n",
                "5\nhello\n0\n\n",
                "5\r\nhello\r\n0\r\nbad\ntrailer\r\n\r\n"
            })
    void closesAfterMalformedChunksAndServesNothingBehindThem(String chunks) throws IOException {
        try (RawClient client = router.connect()) {
            client.send(router.request("POST", "/echo/mcp", chunks, CHUNKED) + router.get("/echo/mcp/smuggled"));

            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(router.service().requests())
                .noneMatch(request -> request.endsWith("0\r\n\r\n") || request.contains("smuggled"));
    }

    @Test
    void refusesABodyThatSaysItIsTooLarge() throws IOException {
        try (RawClient client = router.connect()) {
            client.send(router.request("POST", "/echo/mcp", "", "Content-Length: 200001"));

            assertThat(client.read().status()).isEqualTo(413);
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(router.service().connections()).isZero();
    }

    @Test
    void refusesAChunkedBodyThatTurnsOutTooLarge() throws IOException {
        String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
        try (RawClient client = router.connect()) {
            client.send(router.request("POST", "/echo/mcp", chunk.repeat(7), CHUNKED));

            assertThat(client.read().status()).isEqualTo(413);
        }
        assertThat(router.service().requests()).isEmpty();
    }

    @Test
    void refusesAChunkThatIsTooLargeBeforeItIsRead() throws IOException {
        try (RawClient client = router.connect()) {
            client.send(router.request("POST", "/echo/mcp", "7fffffff\r\n", CHUNKED));

            assertThat(client.read().status()).isEqualTo(413);
        }
    }

    @Test
    void asksForABodyOnlyWhenItIsWanted() throws IOException {
        try (RawClient client = router.connect()) {
            client.send(router.request("POST", "/echo/mcp", "", "Content-Length: 4", "Expect: 100-continue"));

            assertThat(client.readHead().status()).isEqualTo(100);
            assertThat(client.send("body").read().status()).isEqualTo(200);
        }
        assertThat(router.service().requests().getFirst())
                .endsWith("\r\n\r\nbody")
                .doesNotContainIgnoringCase("expect");
    }

    @Test
    void closesInsteadOfReadingABodyThatNobodyWants() throws IOException {
        try (TestRouter denying = TestRouter.setup().verify(TestRouter.DENIED).start();
                RawClient client = denying.connect()) {
            client.send(denying.request("POST", "/echo/mcp", "", "Content-Length: 4", "Expect: 100-continue"));

            RawClient.Answer answer = client.read();

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void keepsTheConnectionAfterARefusalWithAShortBody() throws IOException {
        try (TestRouter denying = TestRouter.setup().verify(TestRouter.DENIED).start();
                RawClient client = denying.connect()) {
            assertThat(client.send(denying.post("/echo/mcp", "body")).read().status())
                    .isEqualTo(401);
            assertThat(client.send(denying.post("/echo/mcp", "body")).read().status())
                    .isEqualTo(401);
        }
    }

    @Test
    void cutsTheUpstreamWhenTheClientLeavesInTheMiddleOfABody() throws IOException {
        try (RawClient client = router.connect()) {
            client.send(router.request("POST", "/echo/mcp", "x".repeat(100), "Content-Length: 150000"));
            Eventually.holds(() -> router.service().openConnections() == 1);
        }
        Eventually.holds(() -> router.service().openConnections() == 0);
    }

    @Test
    void passesContentCodingsThrough() throws IOException {
        assertThat(router.ask(router.post("/echo/mcp", "zz", "Content-Encoding: gzip"))
                        .status())
                .isEqualTo(200);
        assertThat(router.service().requests().getFirst()).contains("\r\nContent-Encoding: gzip\r\n");
    }
}
