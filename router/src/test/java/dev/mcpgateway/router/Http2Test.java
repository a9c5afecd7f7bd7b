package dev.mcpgateway.router;

import static dev.mcpgateway.router.RawHttp2Client.CONTINUATION;
import static dev.mcpgateway.router.RawHttp2Client.DATA;
import static dev.mcpgateway.router.RawHttp2Client.END_HEADERS;
import static dev.mcpgateway.router.RawHttp2Client.END_STREAM;
import static dev.mcpgateway.router.RawHttp2Client.HEADERS;
import static dev.mcpgateway.router.RawHttp2Client.PING;
import static dev.mcpgateway.router.RawHttp2Client.PRIORITY;
import static dev.mcpgateway.router.RawHttp2Client.RST_STREAM;
import static dev.mcpgateway.router.RawHttp2Client.SETTINGS;
import static dev.mcpgateway.router.RawHttp2Client.WINDOW_UPDATE;
import static dev.mcpgateway.router.RawHttp2Client.block;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.ScriptedUpstream.Script;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2, frame by frame. */
class Http2Test {
    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int FRAME_SIZE_ERROR = 6;
    private static final int REFUSED_STREAM = 7;
    private static final int COMPRESSION_ERROR = 9;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int WHOLE = END_HEADERS | END_STREAM;

    private static TestRouter router;

    @BeforeAll
    static void start() throws IOException {
        router = TestRouter.setup().start();
    }

    @AfterAll
    static void stop() throws IOException {
        router.close();
    }

    /** A head with the usual beginning. */
    private static String head(String method, String path, String... more) {
        return head(router, method, path, more);
    }

    private static String head(TestRouter to, String method, String path, String... more) {
        String[] usual = {":method", method, ":scheme", "https", ":authority", to.host(), ":path", path};
        return block(Stream.concat(Arrays.stream(usual), Arrays.stream(more)).toArray(String[]::new));
    }

    @Test
    void forwardsTheSameBytesAsHttp1() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(
                    HEADERS,
                    WHOLE,
                    1,
                    head(
                            "DELETE",
                            "/echo/mcp/x?a=%zz[]|",
                            "x-name",
                            "J\u00f6rg\u0080",
                            "cookie",
                            "a=1",
                            "cookie",
                            "b=2",
                            "authorization",
                            "Bearer t",
                            "te",
                            "trailers"));

            assertThat(client.answer(1)).isEqualTo(new RawHttp2Client.Answer(200, "hello", -1));
        }
        assertThat(router.questions().getLast())
                .contains("\r\nX-Forwarded-Method: DELETE\r\n")
                .contains("\r\nX-Forwarded-Uri: /echo/mcp/x?a=%zz[]|\r\n")
                .contains("\r\nX-Forwarded-Host: " + router.host() + "\r\n")
                .containsIgnoringCase("\r\nauthorization: Bearer t\r\n");
        assertThat(router.service().requests().getLast())
                .startsWith("DELETE /up/x?a=%zz[]| HTTP/1.1\r\n")
                .contains("\r\nx-name: J\u00f6rg\u0080\r\n")
                .contains("\r\nHost: " + router.host() + "\r\n")
                .doesNotContain("trailers");
    }

    /** The setting is advice, and an answer that the upstream has given is not thrown away for it. */
    @Test
    void answersAClientThatWantsTinyHeads() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(SETTINGS, 0, 0, "\0\u0006\0\0\0\u0001");
            client.frame(HEADERS, WHOLE, 1, head("GET", "/echo/mcp"));

            assertThat(client.answer(1).status()).isEqualTo(200);
        }
    }

    @Test
    void joinsCookiesThatCameInParts() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(HEADERS, WHOLE, 1, head("GET", "/authorize", "cookie", "a=1", "cookie", "b=2"));

            assertThat(client.answer(1).status()).isEqualTo(200);
        }
        assertThat(router.oracle().requests().getLast()).containsIgnoringCase("\r\ncookie: a=1; b=2\r\n");
    }

    @Test
    void forwardsABodyOfUnknownLengthAndDropsTrailers() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(HEADERS, END_HEADERS, 1, head("POST", "/echo/mcp"));
            client.frame(DATA, 0, 1, "hel").frame(DATA, 0, 1, "lo");
            client.frame(HEADERS, WHOLE, 1, block("x-user-id", "1"));

            assertThat(client.answer(1).status()).isEqualTo(200);
        }
        assertThat(router.service().requests().getLast())
                .contains("hel")
                .contains("lo")
                .doesNotContainIgnoringCase("\r\nx-user-id: 1\r\n");
    }

    @Test
    void forwardsABodyOfKnownLengthWithPadding() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(HEADERS, END_HEADERS, 1, head("POST", "/echo/mcp", "content-length", "5"));
            client.frame(DATA, 8 | END_STREAM, 1, "\u0003hello\0\0\0");

            assertThat(client.answer(1).status()).isEqualTo(200);
        }
        assertThat(router.service().requests().getLast())
                .containsIgnoringCase("\r\ncontent-length: 5\r\n")
                .endsWith("\r\n\r\nhello");
    }

    @Test
    void passesLongBodiesBothWays() throws IOException {
        String body = "0123456789".repeat(50_000);
        try (TestRouter long2 = TestRouter.setup()
                        .service("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .start();
                RawHttp2Client client = long2.connectHttp2()) {
            client.frame(WINDOW_UPDATE, 0, 0, "\u0000\u000f\u0000\u0000");
            client.frame(HEADERS, END_HEADERS, 1, head(long2, "POST", "/echo/mcp"));
            client.frame(WINDOW_UPDATE, 0, 1, "\u0000\u000f\u0000\u0000");
            int window = 65_535;
            for (int sent = 0; sent < body.length(); sent += 10_000) {
                while (window < 10_000) {
                    RawHttp2Client.Frame update = client.await(WINDOW_UPDATE);
                    window += update.stream() == 1 ? update.word(0) : 0;
                }
                client.frame(DATA, 0, 1, body.substring(sent, sent + 10_000));
                window -= 10_000;
            }
            client.frame(DATA, END_STREAM, 1);

            assertThat(client.answer(1).body()).isEqualTo(body);
            assertThat(long2.service().requests().getLast().length()).isGreaterThan(body.length());
        }
    }

    static Stream<String> heads() {
        String host = "HOST";
        return Stream.of(
                block(":method", "GET", ":scheme", "https", ":path", "/echo/mcp"),
                block(":method", "GET", ":scheme", "https", ":authority", host),
                block(":method", "GET", ":path", "/echo/mcp", ":authority", host),
                block(":scheme", "https", ":path", "/echo/mcp", ":authority", host),
                usual("/echo/mcp", ":method", "POST"),
                usual("/echo/mcp", ":path", "/authorize"),
                usual("/echo/mcp", ":authority", "other"),
                usual("/echo/mcp", ":unknown", "x"),
                usual("/echo/mcp", ":status", "200"),
                usual("/echo/mcp", "x", "1", ":method", "GET"),
                block("x", "1", ":method", "GET", ":scheme", "https", ":authority", host, ":path", "/echo/mcp"),
                block(":method", "GET", ":scheme", "http", ":authority", host, ":path", "/echo/mcp"),
                usual("/echo/mcp", "host", "other"),
                usual("/echo/mcp", "host", host, "host", "other"),
                usual("/echo/mcp", "connection", "x-user"),
                usual("/echo/mcp", "keep-alive", "x"),
                usual("/echo/mcp", "proxy-connection", "x"),
                usual("/echo/mcp", "transfer-encoding", "chunked"),
                usual("/echo/mcp", "upgrade", "websocket"),
                usual("/echo/mcp", "te", "trailers, gzip"),
                usual("/echo/mcp", "X-Upper", "1"),
                usual("/echo/mcp", "", "1"),
                usual("/echo/mcp", "x y", "1"),
                usual("/echo/mcp", "x:", "1"),
                usual("/echo/mcp", "x\r\nx-user-id", "1"),
                usual("/echo/mcp", "x\u00e9", "1"),
                usual("/echo/mcp", "x", "1\r\nX-User-Id: 1"),
                usual("/echo/mcp", "x", "1\n2"),
                usual("/echo/mcp", "x", "1\r2"),
                usual("/echo/mcp", "x", "1\u00002"),
                usual("/echo/mcp", "x", " 1"),
                usual("/echo/mcp", "x", "1\t"),
                usual("/echo/mcp", "authorization", "Bearer a", "authorization", "Bearer b"),
                usual("/echo/mcp", "content-length", "1"),
                usual("/echo/mcp", "content-length", "0", "content-length", "0"),
                usual("/echo/mcp", "content-length", "+0"),
                usual("/echo/mcp HTTP/1.1\r\nX: y"),
                usual("/echo/mcp x"),
                usual("/echo/mcp#x"),
                usual("/echo/mcp/../x"),
                usual("/echo//mcp"),
                usual("/echo/mcp\u00e9"),
                usual("/echo/mcp\u0000"),
                usual("echo/mcp"),
                usual("*"),
                usual("https://HOST/echo/mcp"),
                usual(""),
                block(":method", "GET /echo/mcp HTTP/1.1\r\nX: ", ":scheme", "https", ":authority", host, ":path", "/"),
                block(":method", "G T", ":scheme", "https", ":authority", host, ":path", "/echo/mcp"),
                block(":method", "", ":scheme", "https", ":authority", host, ":path", "/echo/mcp"),
                block(":method", "GET", ":scheme", "https", ":authority", "HOST\r\nX: y", ":path", "/echo/mcp"),
                block(":method", "GET", ":scheme", "https", ":authority", "a@HOST", ":path", "/echo/mcp"),
                block(":method", "GET", ":scheme", "https", ":authority", "", ":path", "/echo/mcp"));
    }

    private static String usual(String path, String... more) {
        String[] begin = {":method", "GET", ":scheme", "https", ":authority", "HOST", ":path", path};
        return block(Stream.concat(Arrays.stream(begin), Arrays.stream(more)).toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void refusesWhatIsMalformedOrWouldBeSyntaxInHttp1(String head) throws IOException {
        int questions = router.questions().size();
        int connections = router.service().connections();
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(HEADERS, WHOLE, 1, withHost(head));

            assertThat(client.answer(1).status()).isEqualTo(400);
            client.frame(HEADERS, WHOLE, 3, head("GET", "/token"));
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
        assertThat(router.questions()).hasSize(questions);
        assertThat(router.service().connections()).isEqualTo(connections);
    }

    /** Lengths stand before the texts, so the real host is of the length of its stand-in. */
    private static String withHost(String block) {
        String host = router.host();
        StringBuilder result = new StringBuilder();
        int position = 0;
        while (position < block.length()) {
            result.append(block.charAt(position++));
            for (int i = 0; i < 2; i++) {
                int length = block.charAt(position++);
                String text = block.substring(position, position + length).replace("HOST", host);
                position += length;
                result.append((char) text.length()).append(text);
            }
        }
        return result.toString();
    }

    @Test
    void servesNeitherConnectNorTrace() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(HEADERS, WHOLE, 1, block(":method", "CONNECT", ":authority", router.host()));
            assertThat(client.answer(1).status()).isEqualTo(405);

            client.frame(HEADERS, WHOLE, 3, head("TRACE", "/echo/mcp"));
            assertThat(client.answer(3).status()).isEqualTo(405);
        }
    }

    @Test
    void refusesABodyOfAnotherLengthThanItSays() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(HEADERS, END_HEADERS, 1, head("POST", "/echo/mcp", "content-length", "100000"));
            client.frame(DATA, END_STREAM, 1, "short");
            assertThat(client.answer(1)).satisfies(Http2Test::isRefused);

            client.frame(HEADERS, END_HEADERS, 3, head("POST", "/echo/mcp", "content-length", "3"));
            client.frame(DATA, END_STREAM, 3, "longer");
            assertThat(client.answer(3)).satisfies(Http2Test::isRefused);

            client.frame(HEADERS, WHOLE, 5, head("GET", "/token"));
            assertThat(client.answer(5).status()).isEqualTo(200);
        }
        assertThat(router.service().requests()).noneMatch(request -> request.endsWith("longer"));
    }

    /** With 400, or, if an answer was asked for already, by a reset. */
    private static void isRefused(RawHttp2Client.Answer answer) {
        assertThat(answer.status() == 400 || answer.reset() == PROTOCOL_ERROR)
                .as(answer.toString())
                .isTrue();
    }

    @Test
    void givesBackNoMoreWindowThanWasUsed() throws IOException {
        try (TestRouter holding =
                        TestRouter.setup().service(peer -> peer.readToEnd()).start();
                RawHttp2Client client = holding.connectHttp2()) {
            int used = 0;
            for (int stream = 1; stream < 60; stream += 2) {
                String length = "100000";
                client.frame(
                        HEADERS, END_HEADERS, stream, head(holding, "POST", "/echo/mcp", "content-length", length));
                int asked = (stream + 1) / 2;
                Eventually.holds(() -> holding.questions().size() == asked);
                client.frame(DATA, END_STREAM, stream, "x".repeat(16_000));
                used += 16_000;
            }
            client.frame(PING, 0, 0, "the last");
            int given = 0;
            for (RawHttp2Client.Frame frame = client.read().orElseThrow();
                    frame.type() != PING;
                    frame = client.read().orElseThrow()) {
                given += frame.type() == WINDOW_UPDATE && frame.stream() == 0 ? frame.word(0) : 0;
            }

            assertThat(given).isLessThanOrEqualTo(used + 4 * 65_535 - 65_535);
        }
    }

    @Test
    void resetsARequestWhoseBodyIsShorterThanItSaysBeforeTrailers() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            int questions = router.questions().size();
            client.frame(HEADERS, END_HEADERS, 1, head("POST", "/echo/mcp", "content-length", "100000"));
            Eventually.holds(() -> router.questions().size() > questions);
            client.frame(DATA, 0, 1, "short");
            client.frame(HEADERS, WHOLE, 1, block("x", "1"));

            assertThat(client.answer(1).reset()).isEqualTo(PROTOCOL_ERROR);
        }
    }

    @Test
    void keepsABodyThatComesInTheSmallestParts() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(HEADERS, END_HEADERS, 1, head("POST", "/echo/mcp", "content-length", "5000"));
            client.send(RawHttp2Client.text(DATA, 0, 1, "a")
                    + RawHttp2Client.text(DATA, 0, 1, "b").repeat(4_998)
                    + RawHttp2Client.text(DATA, END_STREAM, 1, "c"));

            assertThat(client.answer(1).status()).isEqualTo(200);
        }
        assertThat(router.service().requests().getLast()).endsWith("\r\n\r\na" + "b".repeat(4_998) + "c");
    }

    @Test
    void refusesHeadersThatAreTooLarge() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            String once = "@" + (char) 1 + "x" + (char) 100 + "v".repeat(100);
            client.frame(HEADERS, WHOLE, 1, head("GET", "/echo/mcp") + once + "\u00be".repeat(10_000));

            assertThat(client.answer(1).status()).isEqualTo(431);
            client.frame(HEADERS, WHOLE, 3, head("GET", "/token"));
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
    }

    @Test
    void turnsAwayRequestsForAnotherHostThanTheConnectionWasMadeTo() throws IOException {
        try (TestRouter hosts = TestRouter.setup().hostForm().start();
                RawHttp2Client client = hosts.connectHttp2("auth.example.test")) {
            client.frame(
                    HEADERS,
                    WHOLE,
                    1,
                    block(":method", "GET", ":scheme", "https", ":authority", "echo.example.test", ":path", "/mcp"));

            assertThat(client.answer(1).status()).isEqualTo(421);
        }
    }

    /** Each breaks the rules of the connection as a whole, which ends. */
    static Stream<Object[]> violations() {
        return Stream.of(
                violation(PROTOCOL_ERROR, DATA, 0, 1, "x"),
                violation(PROTOCOL_ERROR, DATA, 0, 0, "x"),
                violation(PROTOCOL_ERROR, HEADERS, WHOLE, 2, "\u0082"),
                violation(PROTOCOL_ERROR, HEADERS, WHOLE, 0, "\u0082"),
                violation(COMPRESSION_ERROR, HEADERS, WHOLE, 1, "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff"),
                violation(COMPRESSION_ERROR, HEADERS, WHOLE, 1, "\u00be"),
                violation(COMPRESSION_ERROR, HEADERS, WHOLE, 1, "\u0080"),
                violation(COMPRESSION_ERROR, HEADERS, WHOLE, 1, "\u0000\u0005ab"),
                violation(COMPRESSION_ERROR, HEADERS, WHOLE, 1, "\u0000\u0084\u00ff\u00ff\u00ff\u00ff\u0000"),
                violation(COMPRESSION_ERROR, HEADERS, WHOLE, 1, "\u0082 "),
                violation(COMPRESSION_ERROR, HEADERS, WHOLE, 1, "?\u00e2\u001f"),
                violation(PROTOCOL_ERROR, HEADERS, WHOLE | 8, 1, "\u0009abc"),
                violation(PROTOCOL_ERROR, CONTINUATION, END_HEADERS, 1, ""),
                violation(PROTOCOL_ERROR, RST_STREAM, 0, 1, "\0\0\0\u0008"),
                violation(FRAME_SIZE_ERROR, RST_STREAM, 0, 1, "\0"),
                violation(PROTOCOL_ERROR, RST_STREAM, 0, 0, "\0\0\0\u0008"),
                violation(FRAME_SIZE_ERROR, SETTINGS, 0, 0, "\0"),
                violation(FRAME_SIZE_ERROR, SETTINGS, 1, 0, "\0\u0003\0\0\0\u0001"),
                violation(PROTOCOL_ERROR, SETTINGS, 0, 1, ""),
                violation(FLOW_CONTROL_ERROR, SETTINGS, 0, 0, "\0\u0004\u00ff\u00ff\u00ff\u00ff"),
                violation(PROTOCOL_ERROR, SETTINGS, 0, 0, "\0\u0005\0\0\0\u0001"),
                violation(PROTOCOL_ERROR, SETTINGS, 0, 0, "\0\u0002\0\0\0\u0002"),
                violation(FRAME_SIZE_ERROR, PING, 0, 0, "x"),
                violation(PROTOCOL_ERROR, PING, 0, 1, "12345678"),
                violation(PROTOCOL_ERROR, WINDOW_UPDATE, 0, 0, "\0\0\0\0"),
                violation(FLOW_CONTROL_ERROR, WINDOW_UPDATE, 0, 0, "\177\u00ff\u00ff\u00ff"),
                violation(PROTOCOL_ERROR, WINDOW_UPDATE, 0, 1, "\0\0\0\u0001"),
                violation(FRAME_SIZE_ERROR, WINDOW_UPDATE, 0, 0, "\0"),
                violation(FRAME_SIZE_ERROR, PRIORITY, 0, 1, "\0"),
                violation(PROTOCOL_ERROR, 5, END_HEADERS, 1, "\0\0\0\u0002"),
                violation(FRAME_SIZE_ERROR, 77, 0, 0, "x".repeat(20_000)));
    }

    private static Object[] violation(int code, int type, int flags, int stream, String payload) {
        return new Object[] {code, RawHttp2Client.text(type, flags, stream, payload)};
    }

    @ParameterizedTest
    @MethodSource("violations")
    void endsConnectionsThatBreakTheRules(int code, String frame) throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.send(frame);

            assertThat(client.goAway()).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r"})
    void endsConnectionsThatDoNotBeginLikeHttp2(String preface) throws IOException {
        try (RawHttp2Client client = new RawHttp2Client(router.http2Socket("localhost"), preface)) {
            assertThat(client.goAway()).isEqualTo(PROTOCOL_ERROR);
        }
    }

    /** Each is harmless once. */
    static Stream<String> floods() {
        return Stream.of(
                RawHttp2Client.text(PING, 0, 0, "12345678"),
                RawHttp2Client.text(PING, 1, 0, "12345678"),
                RawHttp2Client.text(SETTINGS, 0, 0, ""),
                RawHttp2Client.text(SETTINGS, 0, 0, "\0\u0004\0\u0001\0\0"),
                RawHttp2Client.text(SETTINGS, 1, 0, ""),
                RawHttp2Client.text(PRIORITY, 0, 1, "\0\0\0\0\0"),
                RawHttp2Client.text(WINDOW_UPDATE, 0, 0, "\0\0\0\u0001"),
                RawHttp2Client.text(99, 0, 0, ""));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void endsConnectionsThatSendTooManyFramesForNothing(String frame) throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            sendWhatFits(client, frame.repeat(2_000));

            assertThat(client.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void endsConnectionsThatSendEmptyPartsOfABody() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(HEADERS, END_HEADERS, 1, head("POST", "/echo/mcp"));
            sendWhatFits(client, RawHttp2Client.text(DATA, 0, 1, "").repeat(2_000));

            assertThat(client.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void endsConnectionsWhoseHeadComesInTooManyParts() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(HEADERS, END_STREAM, 1, head("GET", "/echo/mcp"));
            sendWhatFits(client, RawHttp2Client.text(CONTINUATION, 0, 1, "").repeat(100));

            assertThat(client.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void endsConnectionsWhoseHeadHasNoEnd() throws IOException {
        try (RawHttp2Client client = router.connectHttp2()) {
            client.frame(HEADERS, END_STREAM, 1, head("GET", "/echo/mcp"));
            sendWhatFits(
                    client,
                    RawHttp2Client.text(CONTINUATION, 0, 1, "x".repeat(16_000)).repeat(10));

            assertThat(client.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void endsConnectionsThatResetTheirStreamsRapidly() throws IOException {
        Script never = _ -> new CountDownLatch(1).await();
        try (TestRouter busy = TestRouter.setup().verify(never).start();
                RawHttp2Client client = busy.connectHttp2()) {
            StringBuilder frames = new StringBuilder();
            for (int stream = 1; stream < 2_000; stream += 2) {
                frames.append(RawHttp2Client.text(HEADERS, WHOLE, stream, head(busy, "GET", "/echo/mcp")));
                frames.append(RawHttp2Client.text(RST_STREAM, 0, stream, "\0\0\0\u0008"));
            }
            sendWhatFits(client, frames.toString());

            assertThat(client.goAway()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void refusesMoreStreamsAtOnceThanAllowedAndServesTheOthers() throws IOException {
        Semaphore answers = new Semaphore(0);
        Script waiting = peer -> {
            peer.readRequest();
            answers.acquire();
            peer.send(TestRouter.HELLO);
        };
        try (TestRouter few = TestRouter.setup()
                        .service(waiting)
                        .with("MAX_STREAMS", "2")
                        .start();
                RawHttp2Client client = few.connectHttp2()) {
            for (int stream = 1; stream <= 5; stream += 2) {
                client.frame(HEADERS, WHOLE, stream, head(few, "GET", "/echo/mcp"));
            }

            RawHttp2Client.Frame reset = client.await(RST_STREAM);
            assertThat(reset.stream()).isEqualTo(5);
            assertThat(reset.word(0)).isEqualTo(REFUSED_STREAM);
            answers.release(2);
            assertThat(client.await(DATA).text()).isEqualTo("hello");
            assertThat(client.await(DATA).text()).isEqualTo("hello");
        }
    }

    @Test
    void endsConnectionsThatSendMoreThanTheirWindow() throws IOException {
        Script deaf = _ -> new CountDownLatch(1).await();
        try (TestRouter slow = TestRouter.setup().verify(deaf).start();
                RawHttp2Client client = slow.connectHttp2()) {
            client.frame(HEADERS, END_HEADERS, 1, head(slow, "POST", "/echo/mcp"));
            sendWhatFits(
                    client, RawHttp2Client.text(DATA, 0, 1, "x".repeat(16_000)).repeat(6));

            assertThat(client.goAway()).isEqualTo(FLOW_CONTROL_ERROR);
        }
    }

    @Test
    void passesTheHeadAndEachEventAtOnceAndFreesTheUpstreamAfterAReset() throws Exception {
        Semaphore next = new Semaphore(0);
        CountDownLatch left = new CountDownLatch(1);
        Script events = peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            next.acquire();
            peer.send("data: 1\n\n");
            peer.readToEnd();
            left.countDown();
        };
        try (TestRouter streaming = TestRouter.setup().service(events).start();
                RawHttp2Client client = streaming.connectHttp2()) {
            client.frame(HEADERS, WHOLE, 1, head(streaming, "GET", "/echo/mcp"));
            assertThat(client.await(HEADERS).ends()).isFalse();
            next.release();
            assertThat(client.await(DATA).text()).isEqualTo("data: 1\n\n");

            client.frame(RST_STREAM, 0, 1, "\0\0\0\u0008");

            assertThat(left.await(5, TimeUnit.SECONDS)).isTrue();
            client.frame(HEADERS, WHOLE, 3, head(streaming, "GET", "/token"));
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
    }

    @Test
    void freesTheUpstreamsOfAllStreamsWhenTheClientLeaves() throws Exception {
        CountDownLatch left = new CountDownLatch(3);
        Script silent = peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            peer.readToEnd();
            left.countDown();
        };
        try (TestRouter streaming = TestRouter.setup().service(silent).start()) {
            try (RawHttp2Client client = streaming.connectHttp2()) {
                for (int stream = 1; stream <= 5; stream += 2) {
                    client.frame(HEADERS, WHOLE, stream, head(streaming, "GET", "/echo/mcp"));
                    client.await(HEADERS);
                }
            }
            assertThat(left.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void cutsAStreamWhoseClientTakesNothingAndServesTheOthers() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        Script endless = peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\n\r\n");
            try {
                while (true) {
                    peer.send("x".repeat(60_000));
                }
            } finally {
                left.countDown();
            }
        };
        try (TestRouter stalled = TestRouter.setup()
                        .service(endless)
                        .with("SEND_TIMEOUT", "1s")
                        .start();
                RawHttp2Client client = stalled.connectHttp2()) {
            client.frame(WINDOW_UPDATE, 0, 0, "\0\u000f\0\0");
            client.frame(HEADERS, WHOLE, 1, head(stalled, "GET", "/echo/mcp"));

            assertThat(client.answer(1).reset()).isNotEqualTo(-1);
            assertThat(left.await(5, TimeUnit.SECONDS)).isTrue();
            client.frame(HEADERS, WHOLE, 3, head(stalled, "GET", "/token"));
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
    }

    @Test
    void tellsAClientWhoseBodyIsTooSlow() throws IOException {
        try (TestRouter strict = TestRouter.setup().with("BODY_GRACE", "500ms").start();
                RawHttp2Client client = strict.connectHttp2()) {
            client.frame(HEADERS, END_HEADERS, 1, head(strict, "POST", "/echo/mcp"));
            client.frame(DATA, 0, 1, "x");

            assertThat(client.answer(1).status()).isEqualTo(408);
        }
    }

    @Test
    void endsConnectionsThatStopInTheMiddleOfAFrame() throws IOException {
        try (TestRouter strict =
                        TestRouter.setup().with("REQUEST_HEAD_TIMEOUT", "500ms").start();
                RawHttp2Client client = strict.connectHttp2()) {
            client.send("\0\0\u0010");

            client.goAway();
        }
    }

    @Test
    void endsIdleConnections() throws IOException {
        try (TestRouter strict = TestRouter.setup().with("IDLE_TIMEOUT", "1s").start();
                RawHttp2Client client = strict.connectHttp2()) {
            client.frame(HEADERS, WHOLE, 1, head(strict, "GET", "/token"));
            assertThat(client.answer(1).status()).isEqualTo(200);

            assertThat(client.goAway()).isZero();
        }
    }

    @Test
    void letsRequestsInFlightFinishWhenTheRouterStops() throws IOException, InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        Semaphore next = new Semaphore(0);
        TestRouter stopping = TestRouter.setup()
                .service(peer -> {
                    peer.readRequest();
                    asked.countDown();
                    next.acquire();
                    peer.send(TestRouter.HELLO);
                })
                .start();
        try (RawHttp2Client client = stopping.connectHttp2()) {
            client.frame(HEADERS, WHOLE, 1, head(stopping, "GET", "/echo/mcp"));
            asked.await();

            Thread stop = Thread.ofVirtual().start(() -> stopping.router().close());
            assertThat(client.await(RawHttp2Client.GOAWAY).word(4)).isZero();
            next.release();

            assertThat(client.answer(1).body()).isEqualTo("hello");
            assertThat(client.read()).isEmpty();
            stop.join();
        } finally {
            stopping.close();
        }
    }

    private static void sendWhatFits(RawHttp2Client client, String bytes) {
        Thread.ofVirtual().start(() -> {
            try {
                client.send(bytes);
            } catch (IOException _) {
                // refused, as it should be
            }
        });
    }
}
