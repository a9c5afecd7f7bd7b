package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.ScriptedUpstream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@code routes:} and {@code middlewares:} of gateway.yaml, through a whole router. */
class WrittenRoutesTest {
    private ScriptedUpstream info;

    @BeforeEach
    void start() throws IOException {
        info = ScriptedUpstream.playing(TestRouter.answering(TestRouter.answer(
                        "200 OK", "Content-Type: text/plain", "Content-Length: 4", "Server: secret/1.0", "X-Info: yes")
                + "info"));
    }

    @AfterEach
    void stop() throws IOException {
        info.close();
    }

    private TestRouter routed(String yaml) throws IOException {
        return TestRouter.setup()
                .hostForm()
                .yaml(yaml.replace("INFO", "http://" + info.endpoint()))
                .start();
    }

    private static RawClient.Answer ask(TestRouter router, String host, String target, String... lines)
            throws IOException {
        return send(router, host, "GET", target, "", lines);
    }

    private static RawClient.Answer send(
            TestRouter router, String host, String method, String target, String body, String... lines)
            throws IOException {
        List<String> head = new ArrayList<>(List.of(
                method + " " + target + " HTTP/1.1",
                "Host: " + host + ":" + router.router().httpsPort()));
        head.addAll(List.of(lines));
        try (RawClient client = router.connect(host)) {
            return client.send(String.join("\r\n", head) + "\r\n\r\n" + body).read();
        }
    }

    @Test
    void areVerifiedUnlessTheySayNone() throws IOException {
        try (TestRouter router = routed("""
                routes:
                  info:
                    rule: Host(`info.example.test`)
                    upstream: INFO
                  open:
                    rule: Host(`info.example.test`) && PathPrefix(`/open`)
                    upstream: INFO
                    auth: none
                """)) {
            assertThat(ask(router, "info.example.test", "/x?y=%2F").body()).isEqualTo("info");
            assertThat(router.questions()).hasSize(1);
            assertThat(info.requests().getLast())
                    .startsWith("GET /x?y=%2F HTTP/1.1\r\n")
                    .contains("\r\nX-User-Id: 42\r\n");

            assertThat(ask(
                                    router,
                                    "info.example.test",
                                    "/open/1",
                                    "X-User-Id: 1",
                                    "Authorization: Bearer t",
                                    "Cookie: a=b")
                            .body())
                    .isEqualTo("info");
            assertThat(router.questions()).hasSize(1);
            assertThat(info.requests().getLast())
                    .startsWith("GET /open/1 HTTP/1.1\r\n")
                    .doesNotContain("X-User-Id")
                    .doesNotContain("Authorization")
                    .doesNotContain("Cookie");
        }
    }

    @Test
    void areNotOpenWhenVerifyRefuses() throws IOException {
        try (TestRouter router = TestRouter.setup()
                .hostForm()
                .verify(TestRouter.DENIED)
                .yaml("routes: {info: {rule: 'Host(`info.example.test`)', upstream: 'http://%s'}}"
                        .formatted(info.endpoint()))
                .start()) {
            assertThat(ask(router, "info.example.test", "/").status()).isEqualTo(401);
            assertThat(info.connections()).isZero();
        }
    }

    @Test
    void leadToServicesByTheirMappingOrAsTheyAre() throws IOException {
        try (TestRouter router = routed("""
                routes:
                  alias:
                    rule: Host(`alias.example.test`)
                    service: echo
                """)) {
            ask(router, "alias.example.test", "/mcp/x?y");
            ask(router, "alias.example.test", "/other");

            assertThat(router.service().requests())
                    .satisfiesExactly(
                            mapped -> assertThat(mapped).startsWith("GET /up/x?y HTTP/1.1\r\n"),
                            same -> assertThat(same).startsWith("GET /other HTTP/1.1\r\n"));
        }
    }

    @Test
    void areTriedByPriorityThenLength() throws IOException {
        try (TestRouter router = routed("""
                routes:
                  all:
                    rule: Host(`info.example.test`) && PathPrefix(`/`)
                    upstream: INFO
                    auth: none
                  longer:
                    rule: Host(`info.example.test`) && PathPrefix(`/longer`)
                    service: echo
                  urgent:
                    rule: HostRegexp(`^info`) && Header(`X-Debug`, `1`)
                    priority: 1000
                    service: echo
                """)) {
            assertThat(ask(router, "info.example.test", "/x").body()).isEqualTo("info");
            assertThat(ask(router, "info.example.test", "/longer/x").body()).isEqualTo("hello");
            assertThat(ask(router, "info.example.test", "/x", "X-Debug: 1").body())
                    .isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/verify", "/verify/revocations", "/VERIFY", "/verify?x=1"})
    void neverOpenVerify(String target) throws IOException {
        try (TestRouter router = routed("""
                routes:
                  greedy:
                    rule: PathPrefix(`/`)
                    priority: 1000000
                    upstream: INFO
                    auth: none
                  direct:
                    rule: Host(`info.example.test`) && Path(`/verify`)
                    priority: 1000000
                    upstream: INFO
                    auth: none
                """)) {
            for (String host : new String[] {"auth.example.test", "info.example.test", "echo.example.test"}) {
                assertThat(ask(router, host, target).status()).isEqualTo(404);
            }
            assertThat(info.connections()).isZero();
        }
    }

    @Test
    void changeHeadersInBothDirections() throws IOException {
        try (TestRouter router = routed("""
                routes:
                  info:
                    rule: Host(`info.example.test`)
                    upstream: INFO
                    middlewares: [tidy]
                middlewares:
                  tidy:
                    headers:
                      request: {set: {X-Env: prod}, remove: [X-Debug]}
                      response: {set: {Cache-Control: no-store}, remove: [server]}
                """)) {
            RawClient.Answer answer =
                    ask(router, "info.example.test", "/", "x-env: forged", "X_Env: forged", "X-Debug: 1", "X-Kept: 1");

            assertThat(info.requests().getLast())
                    .contains("\r\nX-Env: prod\r\n")
                    .contains("\r\nX-Kept: 1\r\n")
                    .doesNotContain("forged")
                    .doesNotContain("X-Debug");
            assertThat(answer.all("Server")).isEmpty();
            assertThat(answer.header("X-Info")).isEqualTo("yes");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        }
    }

    @Test
    void limitRequestsPerAddress() throws IOException {
        try (TestRouter router = routed("""
                routes:
                  info:
                    rule: Host(`info.example.test`)
                    upstream: INFO
                    auth: none
                    middlewares: [slow]
                middlewares:
                  slow: {rate_limit: {average: 1/1h, burst: 2}}
                """)) {
            assertThat(ask(router, "info.example.test", "/").status()).isEqualTo(200);
            assertThat(ask(router, "info.example.test", "/").status()).isEqualTo(200);

            RawClient.Answer refused = ask(router, "info.example.test", "/");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(3_000, 3_600);
            assertThat(info.requests()).hasSize(2);
        }
    }

    @Test
    void limitRequestsPerIdentityAfterVerify() throws IOException {
        try (TestRouter router = routed("""
                routes:
                  info:
                    rule: Host(`info.example.test`)
                    upstream: INFO
                    middlewares: [fair]
                middlewares:
                  fair: {rate_limit: {average: 1/1h, by: identity}}
                """)) {
            assertThat(ask(router, "info.example.test", "/").status()).isEqualTo(200);
            assertThat(ask(router, "info.example.test", "/").status()).isEqualTo(429);
            assertThat(router.questions()).hasSize(2);
            assertThat(info.requests()).hasSize(1);
        }
    }

    @Test
    void limitBodiesAndNetworks() throws IOException {
        try (TestRouter router = routed("""
                routes:
                  small:
                    rule: Host(`info.example.test`)
                    upstream: INFO
                    middlewares: [small]
                  office:
                    rule: Host(`office.example.test`)
                    upstream: INFO
                    auth: none
                    middlewares: [office]
                  here:
                    rule: Host(`here.example.test`) && ClientIP(`127.0.0.0/8`)
                    upstream: INFO
                    auth: none
                    middlewares: [here]
                middlewares:
                  small: {body_limit: 3}
                  office: {ip_allow_list: [10.0.0.0/8]}
                  here: {ip_allow_list: [10.0.0.0/8, 127.0.0.1]}
                """)) {
            assertThat(send(router, "info.example.test", "POST", "/", "abc", "Content-Length: 3")
                            .status())
                    .isEqualTo(200);
            assertThat(send(router, "info.example.test", "POST", "/", "abcd", "Content-Length: 4")
                            .status())
                    .isEqualTo(413);
            assertThat(ask(router, "office.example.test", "/").status()).isEqualTo(403);
            assertThat(ask(router, "here.example.test", "/").status()).isEqualTo(200);
        }
    }

    @Test
    void redirectToAFixedHost() throws IOException {
        try (TestRouter router = routed("""
                routes:
                  moved:
                    rule: Host(`old.example.test`)
                    upstream: INFO
                    auth: none
                    middlewares: [moved]
                middlewares:
                  moved:
                    redirect:
                      regex: ^https://[^/]+/docs/(.*)$
                      replacement: https://new.example.test/d/${1}
                      permanent: true
                """)) {
            RawClient.Answer moved = ask(router, "old.example.test", "/docs/@evil.test/a?b=c");

            assertThat(moved.status()).isEqualTo(308);
            assertThat(moved.header("Location")).isEqualTo("https://new.example.test/d/@evil.test/a?b=c");
            assertThat(ask(router, "old.example.test", "/other").status()).isEqualTo(200);
        }
    }

    @Test
    void letScriptsOfTheirOriginsIn() throws IOException {
        try (TestRouter router = routed("""
                routes:
                  app:
                    rule: Host(`info.example.test`)
                    upstream: INFO
                    middlewares: [app]
                middlewares:
                  app: {cors: [https://app.example.com]}
                """)) {
            assertThat(ask(router, "info.example.test", "/", "Origin: https://app.example.com")
                            .header("Access-Control-Allow-Origin"))
                    .isEqualTo("https://app.example.com");
            assertThat(ask(router, "info.example.test", "/", "Origin: https://evil.test")
                            .status())
                    .isEqualTo(403);
        }
    }
}
