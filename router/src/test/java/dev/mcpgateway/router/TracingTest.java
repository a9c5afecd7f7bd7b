package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a collector that keeps the bytes it gets: protobuf holds ids and strings as they are. */
class TracingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?i)traceparent: 00-([0-9a-f]{32})-([0-9a-f]{16})-0[0-3]\r\n");

    private final List<String> exported = new CopyOnWriteArrayList<>();
    private HttpServer collector;

    @BeforeEach
    void collect() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            exported.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    private TestRouter.Setup traced() {
        return TestRouter.setup()
                .with(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + collector.getAddress().getPort());
    }

    private static String bytes(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    private static Matcher traceparent(String request) {
        Matcher matcher = TRACEPARENT.matcher(request);
        assertThat(matcher.find()).as(request).isTrue();
        return matcher;
    }

    @Test
    void continuesTheTraceOfTheClientAndExportsIt() throws IOException {
        String sent = "traceparent: 00-" + TRACE + "-" + PARENT + "-01";
        try (TestRouter router = traced().start()) {
            assertThat(router.ask(router.post("/echo/mcp?code=s3cret", "{}", sent, "Authorization: Bearer s3cret"))
                            .status())
                    .isEqualTo(200);

            Matcher upstream = traceparent(router.service().requests().getLast());
            Matcher verify = traceparent(router.questions().getLast());
            assertThat(upstream.group(1)).isEqualTo(TRACE);
            assertThat(upstream.group(2)).isNotEqualTo(PARENT).isEqualTo(verify.group(2));
        }
        String all = String.join("", exported);
        assertThat(all)
                .contains(bytes(TRACE), bytes(PARENT))
                .contains("mcp-gateway-router", "POST echo", "verify", "upstream", "http.response.status_code")
                .doesNotContain("s3cret");
    }

    @Test
    void beginsATraceWhereTheClientHasNone() throws IOException {
        try (TestRouter router = traced().start()) {
            for (String bad : new String[] {
                "X: y", "traceparent: 00-xyz", "traceparent: 00-" + "0".repeat(32) + "-" + PARENT + "-01"
            }) {
                router.ask(router.get("/echo/mcp", bad));

                Matcher upstream = traceparent(router.service().requests().getLast());
                assertThat(upstream.group(1)).isNotEqualTo(TRACE).isNotEqualTo("0".repeat(32));
            }
        }
        assertThat(String.join("", exported)).contains("GET echo");
    }

    @Test
    void passesTheTraceOnWithoutACollector() throws IOException {
        String sent = "traceparent: 00-" + TRACE + "-" + PARENT + "-01";
        try (TestRouter router = TestRouter.setup().start()) {
            router.ask(router.get("/echo/mcp", sent));

            assertThat(router.service().requests().getLast()).containsIgnoringCase("\r\n" + sent + "\r\n");
            assertThat(router.questions().getLast()).containsIgnoringCase("\r\n" + sent + "\r\n");
        }
        assertThat(exported).isEmpty();
    }

    @Test
    void servesAllTheSameWhileTheCollectorIsAway() throws IOException {
        collector.stop(0);
        try (TestRouter router = traced().start()) {
            assertThat(router.ask(router.get("/echo/mcp")).status()).isEqualTo(200);
        }
    }
}
