package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UpstreamClientTest {
    private static final String EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private final UpstreamClient client = new UpstreamClient(UpstreamLimits.DEFAULTS);

    @AfterEach
    void closeClient() {
        client.close();
    }

    @Test
    void sendsTheRequestByteForByte() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(EMPTY)) {
            HeaderList headers = HeaderList.of(
                    "accept",
                    "a",
                    "Host",
                    "echo.example.com",
                    "ACCEPT",
                    "b",
                    "X-Name",
                    "J\u00c3\u00b6rg",
                    "X-Empty",
                    "");
            String target = "/mcp//a/../%2e%2E;x=1/[|]?q=%zz&a=\"<>\"\\^`{}";

            send(upstream, new UpstreamRequest("GeT", target, headers, RequestBody.NONE, Requests.PATIENT));

            assertThat(upstream.requests())
                    .containsExactly("GeT " + target + " HTTP/1.1\r\naccept: a\r\nHost: echo.example.com\r\n"
                            + "ACCEPT: b\r\nX-Name: J\u00c3\u00b6rg\r\nX-Empty: \r\n\r\n");
        }
    }

    @Test
    void addsTheEndpointAsHostWhereThereIsNone() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(EMPTY)) {
            send(upstream, Requests.get("/"));

            String host = upstream.endpoint().authority();
            assertThat(upstream.requests()).containsExactly("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH"})
    void saysThatABodyIsEmptyWhereOneIsExpected(String method) throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(EMPTY)) {
            send(upstream, Requests.of(method, "/mcp", RequestBody.NONE));

            assertThat(upstream.requests().getFirst()).endsWith("\r\nContent-Length: 0\r\n\r\n");
        }
    }

    @Test
    void sendsAShortBodyInOneWriteWithTheHead() throws IOException {
        BlockingQueue<String> firstRead = new LinkedBlockingQueue<>();
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            firstRead.add(peer.readWhatCame());
            peer.send(EMPTY);
        })) {
            send(upstream, Requests.of("POST", "/mcp", new RequestBody.Sized(stream("{}"), 2)));

            assertThat(firstRead.poll()).endsWith("\r\nContent-Length: 2\r\n\r\n{}");
        }
    }

    @Test
    void sendsALongBodyAsItComes() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(EMPTY)) {
            String body = "0123456789".repeat(30_000);

            send(upstream, Requests.of("POST", "/mcp", new RequestBody.Sized(stream(body), body.length())));

            assertThat(upstream.requests().getFirst()).endsWith("\r\nContent-Length: 300000\r\n\r\n" + body);
        }
    }

    @Test
    void sendsNoMoreThanTheLengthOfABody() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(EMPTY)) {
            String body = "x".repeat(100_000);

            send(
                    upstream,
                    Requests.of("POST", "/mcp", new RequestBody.Sized(stream(body + "GET / HTTP/1.1"), 100_000)));

            assertThat(upstream.requests().getFirst()).endsWith("\r\n\r\n" + body);
        }
    }

    @Test
    void sendsALongBodyOfUnknownLengthInChunks() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(EMPTY)) {
            send(upstream, Requests.of("POST", "/mcp", new RequestBody.Streamed(stream("x".repeat(80 * 1024) + "ab"))));

            assertThat(upstream.requests().getFirst())
                    .endsWith("\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + ("4000\r\n" + "x".repeat(16 * 1024) + "\r\n").repeat(5)
                            + "2\r\nab\r\n0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536})
    void sendsAShortBodyOfUnknownLengthWithItsLength(int length) throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(EMPTY)) {
            String body = "x".repeat(length);

            send(upstream, Requests.of("POST", "/mcp", new RequestBody.Streamed(stream(body))));

            assertThat(upstream.requests().getFirst()).endsWith("\r\nContent-Length: " + length + "\r\n\r\n" + body);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 70_000})
    void neverCompletesABodyThatEndsEarly(int missing) throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> received.add(peer.readToEnd()))) {
            RequestBody body = new RequestBody.Sized(stream("x".repeat(100_000 - missing)), 100_000);

            assertThatThrownBy(() -> send(upstream, Requests.of("POST", "/mcp", body)))
                    .isInstanceOf(UpstreamException.RequestBodyFailed.class);

            String whole = received.poll(10, TimeUnit.SECONDS);
            assertThat(whole).contains("Content-Length: 100000\r\n");
            assertThat(whole.split("\r\n\r\n", 2)[1]).hasSize(100_000 - missing);
        }
    }

    @Test
    void neverCompletesChunksWhoseSourceFails() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> received.add(peer.readToEnd()))) {
            RequestBody body = new RequestBody.Streamed(
                    new SequenceInputStream(stream("x".repeat(80 * 1024)), new FailingStream("begun")));

            assertThatThrownBy(() -> send(upstream, Requests.of("POST", "/mcp", body)))
                    .isInstanceOf(UpstreamException.RequestBodyFailed.class)
                    .hasRootCauseMessage("the sender left");

            assertThat(received.poll(10, TimeUnit.SECONDS)).endsWith("x\r\n5\r\nbegun\r\n");
        }
    }

    @Test
    void takesNoConnectionForAShortBodyThatFails() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(EMPTY)) {
            for (RequestBody body : List.of(
                    new RequestBody.Sized(new FailingStream("begun"), 100),
                    new RequestBody.Streamed(new FailingStream("begun")))) {
                assertThatThrownBy(() -> send(upstream, Requests.of("POST", "/mcp", body)))
                        .isInstanceOf(UpstreamException.RequestBodyFailed.class);
            }

            assertThat(upstream.connections()).isZero();
        }
    }

    @Test
    void readsAnAnswerThatCameBeforeTheBodyWasSent() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
        })) {
            RequestBody body = new RequestBody.Sized(new EndlessStream(), Long.MAX_VALUE);

            try (UpstreamResponse response = client.send(upstream.endpoint(), Requests.of("POST", "/mcp", body))) {
                assertThat(response.status()).isEqualTo(413);
            } catch (UpstreamException.ConnectionLost _) {
                // the reset may overtake the answer; what must not happen is that the call hangs
            }
        }
    }

    @Test
    void givesStatusReasonAndHeadersAsReceived() throws IOException {
        String answer = String.join(
                "\r\n",
                "HTTP/1.1 418 I'm a \u00e9 pot",
                "b: 2",
                "A:1",
                "a: \t 3 , 4\t ",
                "Empty:",
                "Content-Length: 0",
                "",
                "");
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer);
                UpstreamResponse response = client.send(upstream.endpoint(), Requests.get("/"))) {
            assertThat(response.status()).isEqualTo(418);
            assertThat(response.reason()).isEqualTo("I'm a \u00e9 pot");
            assertThat(response.headers())
                    .isEqualTo(HeaderList.of("b", "2", "A", "1", "a", "3 , 4", "Empty", "", "Content-Length", "0"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 \r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n004;a=\"b\"\r\nello\r\n000\r\nX: y\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"
            })
    void findsTheEndOfTheBody(String answer) throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answeringOnce(answer);
                UpstreamResponse response = client.send(upstream.endpoint(), Requests.get("/"))) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.hasBody()).isTrue();
            assertThat(response.body().readAllBytes()).asString().isEqualTo("hello");
            assertThat(response.body().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, 200 OK, Content-Length: 10000",
        "HEAD, 200 OK, Transfer-Encoding: chunked",
        "HEAD, 200 OK, X: y",
        "GET, 304 Not Modified, Content-Length: 10000",
        "GET, 204 No Content, X: y",
        "POST, 204 No Content, X: y"
    })
    void expectsNoBodyWhereThereIsNone(String method, String status, String field) throws IOException {
        try (ScriptedUpstream upstream =
                ScriptedUpstream.answering("HTTP/1.1 " + status + "\r\n" + field + "\r\n\r\n")) {
            for (int i = 0; i < 2; i++) {
                try (UpstreamResponse response =
                        client.send(upstream.endpoint(), Requests.of(method, "/", RequestBody.NONE))) {
                    assertThat(response.hasBody()).isFalse();
                    assertThat(response.body().readAllBytes()).isEmpty();
                }
            }
            boolean mayCome = method.equals("HEAD") && !field.equals("X: y");
            assertThat(upstream.connections()).isEqualTo(mayCome ? 2 : 1);
        }
    }

    @Test
    void handsOutABodyAsItComes() throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.playing(peer -> {
                    peer.readRequest();
                    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\ndata: 1\r\n");
                    peer.readRequest();
                });
                UpstreamResponse response = client.send(upstream.endpoint(), Requests.get("/"))) {
            byte[] bytes = new byte[100];

            int count = response.body().read(bytes);

            assertThat(new String(bytes, 0, count, StandardCharsets.ISO_8859_1)).isEqualTo("data: 1");
            assertThat(response.body().available()).isZero();
        }
    }

    @Test
    void readsALongBodyWhole() throws IOException {
        String body = "0123456789".repeat(100_000);
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + body);
                UpstreamResponse response = client.send(upstream.endpoint(), Requests.get("/"))) {
            assertThat(response.body().readAllBytes()).asString().isEqualTo(body);
        }
    }

    @Test
    void readsNoMoreThanAsked() throws IOException {
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789");
                UpstreamResponse response = client.send(upstream.endpoint(), Requests.get("/"))) {
            assertThat(response.readUpTo(4)).asString().isEqualTo("0123");
            assertThat(response.readUpTo(100)).asString().isEqualTo("456789");
        }
    }

    @Test
    void doesNotReadOnAfterAFailure() throws IOException {
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n0\r\n\r\n";
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer);
                UpstreamResponse response = client.send(upstream.endpoint(), Requests.get("/"))) {
            assertThatThrownBy(() -> response.body().read()).isInstanceOf(UpstreamException.BadResponse.class);

            assertThatThrownBy(() -> response.body().read()).isInstanceOf(UpstreamException.BadResponse.class);
        }
    }

    @Test
    void refusesToSendOnceItIsClosed() {
        client.close();

        assertThatThrownBy(() -> client.send(Endpoint.of("127.0.0.1", 1), Requests.get("/")))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "connection",
                "Content-Length",
                "Transfer-Encoding",
                "TE",
                "Trailer",
                "Upgrade",
                "Expect",
                "Keep-Alive",
                "Proxy-Connection"
            })
    void refusesFieldsThatBelongToOneConnection(String name) {
        assertThatThrownBy(() -> request("GET", "/", HeaderList.of(name, "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G T", "GET\r\n", "CONNECT", "connect", "G\u00e9T"})
    void refusesMethodsThatCannotBeForwarded(String method) {
        assertThatThrownBy(() -> request(method, "/", HeaderList.EMPTY)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "mcp",
                "http://evil.example/",
                "/a b",
                "/a\r\nX: y",
                "/a\nb",
                "/a\0",
                "/a\tb",
                "/a#b",
                "/\u00e9",
                "/\u0142",
                "/\u007f"
            })
    void refusesTargetsThatAreNotInOriginForm(String target) {
        assertThatThrownBy(() -> request("GET", target, HeaderList.EMPTY)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesTwoHosts() {
        assertThatThrownBy(() -> request("GET", "/", HeaderList.of("Host", "a", "host", "a")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void printsNoQueryAndNoHeaderValue() {
        UpstreamRequest request = request("GET", "/mcp?code=secret", HeaderList.of("Authorization", "Bearer secret"));

        assertThat(request).hasToString("GET /mcp");
        assertThat(request.headers()).hasToString("[Authorization]");
        assertThat(List.of(request.headers().headers().getFirst())).hasToString("[Authorization]");
    }

    private static UpstreamRequest request(String method, String target, HeaderList headers) {
        return new UpstreamRequest(method, target, headers, RequestBody.NONE, Requests.PATIENT);
    }

    private void send(ScriptedUpstream upstream, UpstreamRequest request) throws IOException {
        try (UpstreamResponse response = client.send(upstream.endpoint(), request)) {
            assertThat(response.status()).isEqualTo(200);
        }
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Gives some bytes and then fails as a server's body stream does. */
    private static final class FailingStream extends InputStream {
        private final InputStream begin;

        FailingStream(String begin) {
            this.begin = stream(begin);
        }

        @Override
        public int read() throws IOException {
            int next = begin.read();
            if (next == -1) {
                throw new IllegalStateException("the sender left");
            }
            return next;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = begin.read(target, offset, length);
            if (count == -1) {
                throw new IllegalStateException("the sender left");
            }
            return count;
        }
    }

    private static final class EndlessStream extends InputStream {
        @Override
        public int read() {
            return 'x';
        }
    }
}
