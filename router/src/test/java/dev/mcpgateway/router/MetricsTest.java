package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Pattern LINE =
            Pattern.compile("# (HELP|TYPE) .+|[a-zA-Z_:][a-zA-Z0-9_:]*(\\{.*})? [-+0-9.eENaInf]+");

    private static final Pattern NAMES = Pattern.compile("gateway_router_[a-z_]+");

    static RawClient.Answer scrape(TestRouter router) throws IOException {
        try (RawClient client = router.connectPlain(router.router().managementPort())) {
            return client.send(router.get("/metrics")).read();
        }
    }

    /** The value of the metric whose line begins so; 0 if there is none. */
    static double value(TestRouter router, String start) throws IOException {
        return scrape(router)
                .body()
                .lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void countsRequestsByServiceMethodAndClassOfStatus() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            router.ask(router.post("/echo/mcp", "{}"));
            router.ask(router.post("/echo/mcp", "{}"));
            router.ask(router.get("/token"));
            router.ask(router.request("BREW", "/token", ""));
            router.ask("GET / HTTP/1.1\r\nHost: stranger.example:%d\r\n\r\n"
                    .formatted(router.router().httpsPort()));

            String requests = "gateway_router_requests_total{";
            assertThat(value(router, requests + "method=\"POST\",service=\"echo\",status=\"2xx\"}"))
                    .isEqualTo(2);
            assertThat(value(router, requests + "method=\"GET\",service=\"oracle\",status=\"2xx\"}"))
                    .isEqualTo(1);
            assertThat(value(router, requests + "method=\"other\",service=\"oracle\",status=\"2xx\"}"))
                    .isEqualTo(1);
            assertThat(value(router, requests + "method=\"GET\",service=\"none\""))
                    .isEqualTo(1);
            assertThat(value(router, "gateway_router_response_bytes_total{service=\"echo\"}"))
                    .isEqualTo(10);
            assertThat(value(router, "gateway_router_first_byte_seconds_count{service=\"echo\"}"))
                    .isEqualTo(2);
            assertThat(value(router, "gateway_router_verify_seconds_count{service=\"echo\"}"))
                    .isEqualTo(2);
            assertThat(value(router, "gateway_router_verify_seconds_count{service=\"oracle\"}"))
                    .isZero();
        }
    }

    @Test
    void isWrittenInTheTextFormatOfPrometheus() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            router.ask(router.get("/token"));
            RawClient.Answer answer = scrape(router);

            assertThat(answer.header("Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            List<String> lines = answer.body().lines().toList();
            assertThat(lines).allMatch(LINE.asMatchPredicate());
            assertThat(lines).anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"));
        }
    }

    @Test
    void isDescribedInItsReference() throws IOException {
        String reference = Files.readString(Path.of("../docs/reference/metrics.md"));
        try (TestRouter router = TestRouter.setup().with("ACCESS_LOG", "stderr").start()) {
            router.ask(router.post("/echo/mcp", "{}"));
            List<String> shown = scrape(router)
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("# TYPE gateway_"))
                    .map(line -> line.split(" ", -1)[2])
                    .toList();

            assertThat(NAMES.matcher(reference)
                            .results()
                            .map(MatchResult::group)
                            .distinct())
                    .containsExactlyInAnyOrderElementsOf(shown);
        }
    }

    @Test
    void showsOpenStreams() throws IOException {
        String stream = TestRouter.answer("200 OK", "Content-Type: text/event-stream", "Transfer-Encoding: chunked");
        try (TestRouter router = TestRouter.setup()
                        .service(peer -> {
                            peer.readRequest();
                            peer.send(stream);
                            peer.readToEnd();
                        })
                        .start();
                RawClient client = router.connect()) {
            assertThat(value(router, "gateway_router_open_streams ")).isZero();
            client.send(router.get("/echo/mcp")).readHead();
            assertThat(value(router, "gateway_router_open_streams ")).isEqualTo(1);
        }
    }
}
