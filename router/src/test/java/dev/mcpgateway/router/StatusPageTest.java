package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusPageTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    private TestRouter start() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        return TestRouter.setup().with("ADMIN_TOKEN_FILE", file.toString()).start();
    }

    private static RawClient.Answer look(TestRouter router, String host, String... lines) throws IOException {
        String more = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
        try (RawClient client = router.connectPlain(router.router().managementPort())) {
            return client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n")
                    .read();
        }
    }

    private static String basic(String credentials) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void showsEndpointsCertificatesRoutesAndTraffic() throws IOException {
        try (TestRouter router = start()) {
            router.ask(router.post("/echo/mcp", "{}"));
            router.ask(router.get("/nowhere", "Host: x"));

            RawClient.Answer page = look(router, "localhost");

            assertThat(page.status()).isEqualTo(200);
            assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
            assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'");
            assertThat(page.body())
                    .contains("<code>" + router.service().endpoint().authority() + "</code>")
                    .contains("<span class=\"state\">healthy</span>")
                    .contains("<td>localhost</td>")
                    .contains("PathPrefix(&#x60;/echo/mcp&#x60;)")
                    .contains("<td>verified</td>")
                    .contains("2 requests in the last hour, 0 of them failed")
                    .contains("Revocations are not heard");
        }
    }

    @Test
    void leadsToTheConsoleWhereItIsKnown() throws IOException {
        try (TestRouter router = start()) {
            assertThat(look(router, "localhost").body()).doesNotContain(">Console<");
        }
        try (TestRouter router = TestRouter.setup()
                .with("ORACLE_CONSOLE_URL", "http://127.0.0.1:9000/console")
                .start()) {
            assertThat(look(router, "localhost").body())
                    .contains("<a href=\"http://127.0.0.1:9000/console\">Console</a>");
        }
    }

    @Test
    void hasItsStylesheet() throws IOException {
        try (TestRouter router = start();
                RawClient client = router.connectPlain(router.router().managementPort())) {
            assertThat(client.send(router.get("/status.css")).read().header("Content-Type"))
                    .isEqualTo("text/css; charset=utf-8");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9001", "127.0.0.1", "[::1]:9001", "LOCALHOST"})
    void isOpenToWhoeverSitsAtTheMachine(String host) throws IOException {
        try (TestRouter router = start()) {
            assertThat(look(router, host).status()).isEqualTo(200);
        }
    }

    /** As a page from elsewhere would reach it, whose host name was made to point here. */
    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "router:9001"})
    void asksForTheTokenUnderAnotherName(String host) throws IOException {
        try (TestRouter router = start()) {
            RawClient.Answer refused = look(router, host);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).startsWith("Basic realm=");
            assertThat(look(router, host, basic("admin:" + TOKEN)).status()).isEqualTo(200);
            for (String wrong : new String[] {basic("admin:x"), basic(TOKEN), "Authorization: Basic %%%"}) {
                assertThat(look(router, host, wrong).status()).isEqualTo(401);
            }
        }
    }

    @Test
    void isShutUnderAnotherNameWithoutATokenFile() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            assertThat(look(router, "router:9001", basic("admin:")).status()).isEqualTo(401);
        }
    }
}
