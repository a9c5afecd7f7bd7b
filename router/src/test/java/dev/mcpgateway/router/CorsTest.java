package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {
    private static final String ORIGIN = "Origin: https://app.example.com";
    private static final String PREFLIGHT = "Access-Control-Request-Method: POST";

    @Test
    void answersPreflightsWithoutATokenAndWithoutAskingAnybody() throws IOException {
        try (TestRouter router = TestRouter.setup().verify(TestRouter.DENIED).start()) {
            for (String path : new String[] {"/echo/mcp", "/token", "/.well-known/oauth-protected-resource/echo/mcp"}) {
                RawClient.Answer answer = router.ask(router.request(
                        "OPTIONS",
                        path,
                        "",
                        ORIGIN,
                        PREFLIGHT,
                        "Access-Control-Request-Headers: authorization,mcp-param-x"));

                assertThat(answer.status()).isEqualTo(204);
                assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example.com");
                assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("GET, POST, DELETE, OPTIONS");
                assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo("authorization,mcp-param-x");
                assertThat(answer.header("Vary")).isEqualTo("Origin");
                assertThat(answer.all("Access-Control-Allow-Credentials")).isEmpty();
                assertThat(answer.all("Content-Length")).isEmpty();
            }
            assertThat(router.questions()).isEmpty();
            assertThat(router.oracle().connections()).isZero();
            assertThat(router.service().connections()).isZero();
        }
    }

    @Test
    void asksForATokenForEveryOtherOptions() throws IOException {
        try (TestRouter router = TestRouter.setup().verify(TestRouter.DENIED).start()) {
            assertThat(router.ask(router.request("OPTIONS", "/echo/mcp", "")).status())
                    .isEqualTo(401);
            assertThat(router.ask(router.request("OPTIONS", "/echo/mcp", "", ORIGIN))
                            .status())
                    .isEqualTo(401);
            assertThat(router.ask(router.request("OPTIONS", "/echo/mcp", "", PREFLIGHT))
                            .status())
                    .isEqualTo(401);
            assertThat(router.ask(router.request("GET", "/echo/mcp", "", ORIGIN, PREFLIGHT))
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void letsScriptsReadRefusalsToo() throws IOException {
        try (TestRouter router = TestRouter.setup().verify(TestRouter.DENIED).start()) {
            RawClient.Answer answer = router.ask(router.get("/echo/mcp", ORIGIN));

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example.com");
            assertThat(answer.header("Access-Control-Expose-Headers"))
                    .isEqualTo("WWW-Authenticate, Mcp-Session-Id, Mcp-Protocol-Version");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://app.example.com",
                "null",
                "https://",
                "https://a/b",
                "file://",
                "http://localhost.evil.test",
                "http://127.0.0.1.evil.test",
                "https://app.example.com https://other",
                "ftp://localhost",
                "http://1270.0.0.1"
            })
    void turnsOtherOriginsAwayBeforeAnythingElse(String origin) throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            RawClient.Answer answer = router.ask(router.post("/echo/mcp", "{}", "Origin: " + origin));

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.all("Access-Control-Allow-Origin")).isEmpty();
            assertThat(router.questions()).isEmpty();
            assertThat(router.service().connections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com",
                "https://app.example.com:8443",
                "http://localhost",
                "http://localhost:6274",
                "http://x.localhost:1",
                "http://127.0.0.1:5173",
                "http://[::1]:5173"
            })
    void letsTheseInByDefault(String origin) throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            assertThat(router.ask(router.get("/echo/mcp", "Origin: " + origin)).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void turnsTwoOriginsAway() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            assertThat(router.ask(router.get("/echo/mcp", ORIGIN, ORIGIN)).status())
                    .isEqualTo(403);
        }
    }

    @Test
    void admitsOnlyWhatTheServiceLists() throws IOException {
        try (TestRouter router = TestRouter.setup()
                .serviceYaml("origins: [https://app.example.com]")
                .start()) {
            assertThat(router.ask(router.get("/echo/mcp", ORIGIN)).status()).isEqualTo(200);
            assertThat(router.ask(router.get("/echo/mcp", "Origin: https://other.example.com"))
                            .status())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/authorize", "/callback", "/consent", "/account", "/"})
    void keepsScriptsOffPages(String path) throws IOException {
        try (TestRouter router = TestRouter.setup()
                .oracle("HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n")
                .start()) {
            assertThat(router.ask(router.get(path, ORIGIN)).head())
                    .startsWith("HTTP/1.1 200")
                    .doesNotContain("Access-Control");
        }
    }
}
