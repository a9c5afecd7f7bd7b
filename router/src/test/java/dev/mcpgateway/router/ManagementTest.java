package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ManagementTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    @Test
    void isAliveAndReady() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            assertThat(manage(router, "/health/live").body()).isEqualTo("{\"status\":\"up\"}\n");
            assertThat(manage(router, "/health/ready").body())
                    .isEqualTo("{\"status\":\"up\",\"certificates\":\"up\",\"verify\":\"up\",\"labels\":\"up\"}\n");
        }
    }

    @Test
    void isNotReadyWhileNobodyListensForVerify() throws IOException {
        try (TestRouter router = TestRouter.setup()
                .with("VERIFY_URL", "http://127.0.0.1:" + TestRouter.freePort())
                .start()) {
            RawClient.Answer answer = manage(router, "/health/ready");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).contains("\"verify\":\"down\"");
            assertThat(manage(router, "/health/live").status()).isEqualTo(200);
        }
    }

    @Test
    void showsRoutesToWhoeverHasTheToken() throws IOException {
        Path file = Files.createTempFile("token", "");
        Files.writeString(file, TOKEN + "\n");
        try (TestRouter router =
                TestRouter.setup().with("ADMIN_TOKEN_FILE", file.toString()).start()) {
            assertThat(manage(router, "/admin/routes", "Authorization: Bearer " + TOKEN)
                            .body())
                    .contains("\"name\":\"echo\"")
                    .contains("PathPrefix(`/echo/mcp`)")
                    .contains("\"access\":\"verified\"");
            for (String wrong : new String[] {"X: y", "Authorization: Bearer x", "Authorization: Basic " + TOKEN}) {
                assertThat(manage(router, "/admin/routes", wrong).status()).isEqualTo(401);
            }
            assertThat(manage(router, "/admin/other").status()).isEqualTo(401);
        }
    }

    @Test
    void explainsWhichRouteARequestTakes() throws IOException {
        Path file = Files.createTempFile("token", "");
        Files.writeString(file, TOKEN);
        try (TestRouter router = TestRouter.setup()
                .hostForm()
                .with("ADMIN_TOKEN_FILE", file.toString())
                .verifiedByOracle()
                .yaml("""
                        routes:
                          blue:
                            rule: Host(`echo.example.test`) && PathPrefix(`/mcp`) && Header(`X-Tenant`, `blue`)
                            service: echo
                            middlewares: [slow]
                          nowhere:
                            rule: Host(`old.example.test`)
                            service: echo
                        middlewares:
                          slow: {rate_limit: {average: 5/1m}}
                        """)
                .start()) {
            String url = "https%3A%2F%2Fecho.example.test%3A" + router.router().httpsPort();

            String plain = explain(router, "url=" + url + "%2Fmcp%2Fx");
            assertThat(plain)
                    .startsWith("{\"taken\":\"echo\"")
                    .contains("Header(`X-Tenant`, `blue`): there is no such header")
                    .contains("as GET /up/x\"");
            assertThat(explain(router, "url=" + url + "%2Fmcp&header=x-tenant%3A+blue&method=POST"))
                    .startsWith("{\"taken\":\"blue\"")
                    .contains("middleware slow lets 5 requests in PT1M through per address")
                    .contains("verify is asked")
                    .contains("as POST /up\"");
            assertThat(explain(
                            router,
                            "url=https%3A%2F%2Fold.example.test%3A"
                                    + router.router().httpsPort() + "%2Fmcp"))
                    .startsWith("{\"taken\":\"nowhere\"")
                    .contains("answered with 403, for gateway.yaml names no service at this URL")
                    .doesNotContain("forwarded to");
            assertThat(explain(router, "url=" + url + "%2Fx%2F..%2Fmcp"))
                    .startsWith("{\"taken\":null")
                    .contains("answered with 400");
            assertThat(explain(router, "url=" + url + "%2Fverify%2Fx")).contains("answered with 404");
            assertThat(explain(router, "url=https%3A%2F%2Fecho.example.test%3A1%2F"))
                    .contains("routes are for port");
            assertThat(explain(router, "url=" + url + "&header=a%20b")).contains("\"error\":\"invalid_request\"");
            assertThat(explain(router, "url=%")).contains("\"error\":\"invalid_request\"");
            assertThat(explain(router, "url=x")).contains("\"error\":\"invalid_request\"");
            assertThat(router.questions()).isEmpty();
        }
    }

    private static String explain(TestRouter router, String query) throws IOException {
        return manage(router, "/admin/routes/explain?" + query, "Authorization: Bearer " + TOKEN)
                .body();
    }

    @Test
    void refusesRequestsThatWereForwarded() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            assertThat(manage(router, "/health/live", "X-Forwarded-Host: x").status())
                    .isEqualTo(403);
        }
    }

    @Test
    void refusesAdministrationWithoutATokenFile() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            RawClient.Answer answer = manage(router, "/admin/routes", "Authorization: Bearer ");

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).contains("ADMIN_TOKEN_FILE");
        }
    }

    @Test
    void isNotReachableThroughTheRouter() throws IOException {
        try (TestRouter router = TestRouter.setup().hostForm().start();
                RawClient client = router.connect("echo.example.test")) {
            for (String path : new String[] {"/health/live", "/admin/routes", "/metrics"}) {
                assertThat(client.send("GET %s HTTP/1.1\r\nHost: echo.example.test:%d\r\n\r\n"
                                        .formatted(path, router.router().httpsPort()))
                                .read()
                                .status())
                        .isEqualTo(404);
            }
        }
    }

    private static RawClient.Answer manage(TestRouter router, String path, String... lines) throws IOException {
        try (RawClient client = router.connectPlain(router.router().managementPort())) {
            return client.send(router.get(path, lines)).read();
        }
    }
}
