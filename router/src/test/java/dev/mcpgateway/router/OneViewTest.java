package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever is sent: what reaches the service was asked about, with the same method, host and target, and holds nothing
 * of ours that the client wrote. Requests are mutated from a corpus; one that shows a fault belongs into it.
 *
 * <p>{@code -Dview.requests} sends more, {@code -Dview.seed} others.
 */
class OneViewTest {
    private static final int REQUESTS = Integer.getInteger("view.requests", 400);
    private static final long SEED = Long.getLong("view.seed", 20_261_126L);
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:([rn0t])|x([0-9a-f]{2}))");
    /** What is ours, in any spelling that somebody might take for it. */
    private static final Pattern FORGED =
            Pattern.compile("(?im)^(?:x.user.id|gateway.verify.secret|x.forwarded.uri): */?forged");

    private static final List<String> PIECES = List.of(
            "\r",
            "\n",
            "\0",
            " ",
            "\t",
            ":",
            ",",
            ";",
            "#",
            "?",
            "%",
            "%2f",
            "%2e",
            "%00",
            "%25",
            "\\",
            "//",
            "/../",
            "/./",
            "\u0080",
            "\u00ff",
            "\u000b",
            "\r\n",
            "\r\n\r\n",
            "\n\n",
            "0\r\n\r\n",
            "Host: evil\r\n",
            "Content-Length: 3\r\n",
            "Content-Length: 0\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "X-User-Id: forged\r\n",
            "x_user_id: forged\r\n",
            "Gateway-Verify-Secret: forged\r\n",
            "X-Forwarded-Uri: /forged\r\n",
            "Connection: host\r\n",
            "HTTP/1.0",
            " HTTP/1.1\r\n",
            "http://evil",
            "https://",
            "@",
            "*",
            "GET /echo/mcp/more HTTP/1.1\r\nHost: HOST\r\n\r\n");

    private final Random random = new Random(SEED);
    private TestRouter router;

    @BeforeEach
    void start() throws IOException {
        router = TestRouter.setup()
                .with("REQUEST_HEAD_TIMEOUT", "500ms")
                .with("BODY_GRACE", "500ms")
                .start();
    }

    @AfterEach
    void stop() throws IOException {
        router.close();
    }

    @Test
    void holdsForHttp1() throws IOException {
        List<String> corpus = corpus();
        for (int i = 0; i < REQUESTS; i++) {
            String request = corpus.get(i % corpus.size());
            if (i >= corpus.size()) {
                request = mutate(request);
            }
            String sent = request.replace("HOST", router.host());
            try (RawClient client = router.connect()) {
                client.send(sent).endOutput();
                client.readToEnd();
            } catch (IOException _) {
                // cut while it was still sending
            }
            assertOneView(sent);
        }
        assertThat(router.service().requests()).isNotEmpty();
    }

    @Test
    void holdsForHttp2() throws IOException {
        for (int i = 0; i < REQUESTS; i++) {
            List<String> fields = new ArrayList<>(List.of(
                    ":method", "POST", ":scheme", "https", ":authority", router.host(), ":path", "/echo/mcp/x?y=1"));
            fields.addAll(List.of("x-name", "value", "content-length", "5", "cookie", "a=1"));
            for (int changes = i == 0 ? 0 : 1 + random.nextInt(2); changes > 0; changes--) {
                int index = random.nextInt(fields.size());
                fields.set(index, mutate(fields.get(index)).replace("HOST", router.host()));
            }
            String block = RawHttp2Client.block(fields.toArray(String[]::new));
            try (RawHttp2Client client = router.connectHttp2()) {
                client.frame(RawHttp2Client.HEADERS, RawHttp2Client.END_HEADERS, 1, block);
                client.frame(RawHttp2Client.DATA, RawHttp2Client.END_STREAM, 1, "hello");
                awaitEnd(client);
            } catch (IOException _) {
                // cut while it was still sending
            }
            assertOneView(String.join("\u0001", fields));
        }
        assertThat(router.service().requests()).isNotEmpty();
    }

    private static void awaitEnd(RawHttp2Client client) throws IOException {
        for (Optional<RawHttp2Client.Frame> next = client.read(); next.isPresent(); next = client.read()) {
            RawHttp2Client.Frame frame = next.get();
            boolean carries = frame.type() == RawHttp2Client.DATA || frame.type() == RawHttp2Client.HEADERS;
            if (frame.type() == RawHttp2Client.RST_STREAM || (carries && frame.ends())) {
                return;
            }
        }
    }

    private void assertOneView(String sent) {
        Map<String, String> questions = new HashMap<>();
        for (String question : router.questions()) {
            questions.put(value(question, "X-Request-Id"), question);
        }
        for (String request : router.service().requests()) {
            String question = questions.get(value(request, "X-Request-Id"));
            assertThat(question).as(explain(sent)).isNotNull();
            String[] line = head(request).split("\r\n", 2)[0].split(" ", -1);
            assertThat(line).as(explain(sent)).hasSize(3);
            assertThat(line[0]).as(explain(sent)).isEqualTo(value(question, "X-Forwarded-Method"));
            assertThat(line[1].replaceFirst("/up", "/echo/mcp"))
                    .as(explain(sent))
                    .isEqualTo(value(question, "X-Forwarded-Uri"));
            assertThat(value(request, "Host")).as(explain(sent)).isEqualTo(value(question, "X-Forwarded-Host"));
            assertThat(value(request, "X-User-Id")).as(explain(sent)).isEqualTo("42");
            assertThat(head(request)).as(explain(sent)).doesNotContainPattern(FORGED);
        }
        for (String request : Stream.concat(router.questions().stream(), router.oracle().requests().stream())
                .toList()) {
            assertThat(head(request)).as(explain(sent)).doesNotContainPattern(FORGED);
        }
    }

    private static String head(String request) {
        return request.split("\r\n\r\n", 2)[0];
    }

    /** Of the only field of that name. */
    private static String value(String request, String name) {
        List<String> values = Stream.of(head(request).split("\r\n", -1))
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ": "))
                .map(line -> line.substring(name.length() + 2))
                .toList();
        assertThat(values).as(name + " in " + request).hasSize(1);
        return values.getFirst();
    }

    private String mutate(String text) {
        StringBuilder result = new StringBuilder(text);
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(result.length() + 1);
            int end = Math.min(result.length(), at + 1 + random.nextInt(8));
            switch (random.nextInt(5)) {
                case 0 -> result.delete(at, end);
                case 1 -> result.insert(at, result.substring(at, end));
                case 2 -> result.replace(at, Math.min(result.length(), at + 1), "" + (char) random.nextInt(256));
                default -> result.insert(at, PIECES.get(random.nextInt(PIECES.size())));
            }
        }
        return result.toString();
    }

    private static List<String> corpus() throws IOException {
        try (InputStream in = OneViewTest.class.getResourceAsStream("/corpus/requests.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(OneViewTest::unescape)
                    .toList();
        }
    }

    private static String unescape(String line) {
        return ESCAPE.matcher(line).replaceAll(match -> {
            String bytes = match.group(1) == null
                    ? "" + (char) Integer.parseInt(match.group(2), 16)
                    : switch (match.group(1)) {
                        case "r" -> "\r";
                        case "n" -> "\n";
                        case "t" -> "\t";
                        default -> "\0";
                    };
            return Matcher.quoteReplacement(bytes);
        });
    }

    /** As it would stand in the corpus. */
    private static String explain(String sent) {
        StringBuilder text = new StringBuilder("seed " + SEED + ": ");
        for (int i = 0; i < sent.length(); i++) {
            char c = sent.charAt(i);
            switch (c) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> text.append(c < ' ' || c > '~' ? "\\x%02x".formatted((int) c) : "" + c);
            }
        }
        return text.toString().replace("%", "%%");
    }
}
