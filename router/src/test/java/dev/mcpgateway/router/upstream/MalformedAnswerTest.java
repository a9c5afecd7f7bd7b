package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mcpgateway.router.upstream.UpstreamException.BadResponse;
import dev.mcpgateway.router.upstream.UpstreamException.ConnectionLost;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to break an answer ends in an exception, and the connection that carried it is never used again. */
@DisplayName("A malformed answer is refused:")
final class MalformedAnswerTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
    private static final UpstreamLimits LIMITS = new UpstreamLimits(4, Duration.ofSeconds(4), 1024, 8, 128);

    private final UpstreamClient client = new UpstreamClient(LIMITS);

    @AfterEach
    void closeClient() {
        client.close();
    }

    static Stream<Arguments> badAnswers() {
        return Stream.of(
                bad("no HTTP at all", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
                bad("an empty line first", "\r\n" + OK + "Content-Length: 0\r\n\r\n"),
                bad("another protocol version", "HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n"),
                bad("HTTP/0.9 or a lower-case name", "http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                bad("HTTP/1.2", "HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n"),
                bad("two spaces before the status", "HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n"),
                bad("a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"),
                bad("a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
                bad("a status with a sign", "HTTP/1.1 +20 OK\r\nContent-Length: 0\r\n\r\n"),
                bad("a status below 100", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"),
                bad("a status above 599", "HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n"),
                bad("a tab after the status", "HTTP/1.1 200\tOK\r\nContent-Length: 0\r\n\r\n"),
                bad("a control byte in the reason", "HTTP/1.1 200 O\u0001K\r\nContent-Length: 0\r\n\r\n"),
                bad("switching protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"),
                bad("a bare LF after the status line", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"),
                bad("a bare LF after a field", OK + "Content-Length: 0\n\r\n"),
                bad("a bare LF at the end of the head", OK + "Content-Length: 0\r\n\n"),
                bad("a bare CR in a value", OK + "X: a\rb\r\nContent-Length: 0\r\n\r\n"),
                bad("a bare CR before a line end", OK + "X: a\r\r\nContent-Length: 0\r\n\r\n"),
                bad("a NUL in a value", OK + "X: a\0b\r\nContent-Length: 0\r\n\r\n"),
                bad("a NUL in a name", OK + "X\0: a\r\nContent-Length: 0\r\n\r\n"),
                bad("DEL in a value", OK + "X: a\u007fb\r\nContent-Length: 0\r\n\r\n"),
                bad("a folded value", OK + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n"),
                bad("white space before the first field", OK + " X: a\r\nContent-Length: 0\r\n\r\n"),
                bad("white space before the colon", OK + "Content-Length : 0\r\n\r\n"),
                bad("an empty name", OK + ": a\r\nContent-Length: 0\r\n\r\n"),
                bad("a line without a colon", OK + "Content-Length\r\n\r\n"),
                bad("a name that is no token", OK + "X(Y): a\r\nContent-Length: 0\r\n\r\n"),
                bad("a name beyond ASCII", OK + "X\u00e9: a\r\nContent-Length: 0\r\n\r\n"),
                bad("a status line without end", "HTTP/1.1 200 " + "O".repeat(2000) + "\r\n\r\n"),
                bad("a head that is too large", OK + "X: " + "a".repeat(1024) + "\r\n\r\n"),
                bad("too many fields", OK + "X: a\r\n".repeat(9) + "Content-Length: 0\r\n\r\n"),
                bad("informational answers without end", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100)),
                bad("an empty length", OK + "Content-Length: \r\n\r\n"),
                bad("a negative length", OK + "Content-Length: -1\r\n\r\n"),
                bad("a length with a plus", OK + "Content-Length: +1\r\n\r\na"),
                bad("a hexadecimal length", OK + "Content-Length: 0x1\r\n\r\na"),
                bad("a fractional length", OK + "Content-Length: 1.0\r\n\r\na"),
                bad("a length in other digits", OK + "Content-Length: \u00b2\r\n\r\naa"),
                bad("a list of lengths", OK + "Content-Length: 1, 1\r\n\r\na"),
                bad("a length that overflows", OK + "Content-Length: 18446744073709551617\r\n\r\na"),
                bad("two different lengths", OK + "Content-Length: 1\r\nContent-Length: 2\r\n\r\naa"),
                bad("two spellings of one length", OK + "Content-Length: 1\r\nContent-Length: 01\r\n\r\na"),
                bad("length and chunks", OK + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad("chunks and length", OK + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
                bad("another transfer coding", OK + "Transfer-Encoding: gzip\r\n\r\n"),
                bad("two transfer codings", OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                bad("chunked twice", OK + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
                bad("chunked in two fields", OK + "Transfer-Encoding: chunked\r\n".repeat(2) + "\r\n0\r\n\r\n"),
                bad("an obfuscated coding", OK + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n"),
                bad("a quoted coding", OK + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
                bad("an identity coding", OK + "Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n"),
                bad("an empty coding", OK + "Transfer-Encoding: \r\nContent-Length: 0\r\n\r\n"),
                bad("chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad("an empty chunk size", CHUNKED + "\r\na\r\n0\r\n\r\n"),
                bad("a chunk size that is no number", CHUNKED + "g\r\na\r\n0\r\n\r\n"),
                bad("a chunk size with a prefix", CHUNKED + "0x1\r\na\r\n0\r\n\r\n"),
                bad("a chunk size with a sign", CHUNKED + "+1\r\na\r\n0\r\n\r\n"),
                bad("a negative chunk size", CHUNKED + "-1\r\na\r\n0\r\n\r\n"),
                bad("a blank before the chunk size", CHUNKED + " 1\r\na\r\n0\r\n\r\n"),
                bad("a blank after the chunk size", CHUNKED + "1 \r\na\r\n0\r\n\r\n"),
                bad("a blank before a chunk extension", CHUNKED + "1 ;a=b\r\na\r\n0\r\n\r\n"),
                bad("a chunk size that overflows", CHUNKED + "10000000000000001\r\na\r\n0\r\n\r\n"),
                bad("a bare LF after the chunk size", CHUNKED + "1\na\r\n0\r\n\r\n"),
                bad("a bare LF in a chunk extension", CHUNKED + "1;a\nb\r\na\r\n0\r\n\r\n"),
                bad("a NUL in a chunk extension", CHUNKED + "1;a\0b\r\na\r\n0\r\n\r\n"),
                bad("a chunk extension without end", CHUNKED + "1;" + "a".repeat(1000) + "\r\na\r\n0\r\n\r\n"),
                bad("a chunk longer than its size", CHUNKED + "1\r\nab\r\n0\r\n\r\n"),
                bad("a bare LF after a chunk", CHUNKED + "1\r\na\n0\r\n\r\n"),
                bad("a bare CR after a chunk", CHUNKED + "1\r\na\rX0\r\n\r\n"),
                bad("a trailer without a name", CHUNKED + "0\r\n: a\r\n\r\n"),
                bad("a folded trailer", CHUNKED + "0\r\nX: a\r\n b\r\n\r\n"),
                bad("a bare LF after the trailers", CHUNKED + "0\r\nX: a\r\n\n"),
                bad("trailers that are too large", CHUNKED + "0\r\nX: " + "a".repeat(200) + "\r\n\r\n"),
                bad("too many trailers", CHUNKED + "0\r\n" + "X: a\r\n".repeat(9) + "\r\n"));
    }

    static Stream<Arguments> cutAnswers() {
        return Stream.of(
                bad("nothing", ""),
                bad("in the status line", "HTTP/1.1 20"),
                bad("in the line end", "HTTP/1.1 200 OK\r"),
                bad("in a field", OK + "Content-Le"),
                bad("before the end of the head", OK + "Content-Length: 0\r\n"),
                bad("after an informational answer", "HTTP/1.1 103 Early Hints\r\n\r\n"),
                bad("before the body", OK + "Content-Length: 1\r\n\r\n"),
                bad("in the body", OK + "Content-Length: 10\r\n\r\n123456789"),
                bad("before the first chunk", CHUNKED),
                bad("in a chunk size", CHUNKED + "1"),
                bad("in a chunk", CHUNKED + "5\r\nabcd"),
                bad("before the end of a chunk", CHUNKED + "1\r\na"),
                bad("between chunks", CHUNKED + "1\r\na\r\n"),
                bad("after the last chunk's size", CHUNKED + "0\r\n"),
                bad("in the trailers", CHUNKED + "0\r\nX: a\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAnswers")
    void whichIsNotHttp(String description, String answer) throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer)) {
            Throwable refusal = catchThrowable(() -> readWhole(upstream));

            assertThat(refusal).as(description).isInstanceOf(BadResponse.class);
            assertThat(refusal)
                    .hasMessageStartingWith("upstream " + upstream.endpoint().authority() + ": ");
            assertConnectionIsNotReused(upstream);
        }
    }

    @ParameterizedTest(name = "cut off {0}")
    @MethodSource("cutAnswers")
    void whichEndsEarly(String description, String answer) throws IOException {
        try (ScriptedUpstream upstream = ScriptedUpstream.answeringOnce(answer)) {
            Throwable refusal = catchThrowable(() -> readWhole(upstream));

            assertThat(refusal).as(description).isInstanceOf(ConnectionLost.class);
            assertThat(upstream.requests()).hasSize(1);
        }
    }

    private void assertConnectionIsNotReused(ScriptedUpstream upstream) {
        assertThat(catchThrowable(() -> readWhole(upstream))).isNotNull();
        assertThat(upstream.connections()).isEqualTo(2);
    }

    private void readWhole(ScriptedUpstream upstream) throws IOException {
        try (UpstreamResponse response = client.send(upstream.endpoint(), Requests.get("/mcp"))) {
            response.body().readAllBytes();
        }
    }

    private static Arguments bad(String description, String answer) {
        return Arguments.of(description, answer);
    }
}
