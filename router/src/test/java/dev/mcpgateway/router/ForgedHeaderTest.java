package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a client sends can be taken for what only the router says. */
class ForgedHeaderTest {
    private static final String FORGED = "forged-value";
    private static final List<String> OURS = List.of(
            "X-User-Id",
            "X-User-Name",
            "X-User-Email",
            "X-Client-Id",
            "X-Scope",
            "X-Identity-Assertion",
            "X-Auth-Token",
            "X-Real-Ip",
            "X-Request-Id",
            "Forwarded",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Prefix",
            "X-Forwarded-Proto",
            "X-Forwarded-Uri",
            "X-Forwarded-Method",
            "X-Forwarded-User",
            "Gateway-Verify-Secret",
            "Gateway-Expires",
            "Gateway-Anything");

    private static TestRouter router;
    private static RawClient client;

    @BeforeAll
    static void start() throws IOException {
        router = TestRouter.setup().start();
        client = router.connect();
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        router.close();
    }

    static Stream<String> spellings() {
        return OURS.stream()
                .flatMap(name -> Stream.of(
                                name,
                                name.toLowerCase(Locale.ROOT),
                                name.toUpperCase(Locale.ROOT),
                                name.replace('-', '_'),
                                name.replace('-', '.'),
                                name.replace('-', '~'),
                                name.replace('-', '!'),
                                name.replaceFirst("-", "_"))
                        .distinct());
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void dropsIt(String name) throws IOException {
        String twice = name + ": " + FORGED;

        for (String path : List.of("/echo/mcp", "/token", "/")) {
            client.send(router.get(path, twice, twice)
                    + router.get(path, "Connection: " + name, twice)
                    + router.get(path, name + ":" + FORGED + " \t"));
            for (int i = 0; i < 3; i++) {
                assertThat(client.read().status()).isEqualTo(200);
            }
        }

        assertThat(router.service().requests()).noneMatch(request -> request.contains(FORGED));
        assertThat(router.questions()).noneMatch(request -> request.contains(FORGED));
        assertThat(router.oracle().requests()).noneMatch(request -> request.contains(FORGED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mcp_Method",
                "Mcp.Name",
                "MCP-Protocol_Version",
                "mcp_session_id",
                "Proxy",
                "Remote-User",
                "Remote_User",
                "X-Remote-User",
                "X-Auth-Request-User",
                "X_Auth_Request_Email",
                "True-Client-IP",
                "X-Original-Host",
                "Transfer_Encoding",
                "Content_Length",
                "Keep.Alive"
            })
    void dropsWhatAServerCouldTakeForAnotherWord(String name) throws IOException {
        for (String path : List.of("/echo/mcp", "/token")) {
            client.send(router.get(path, name + ": " + FORGED, "Mcp-Method: ping"));
            assertThat(client.read().status()).isEqualTo(200);
        }

        assertThat(router.service().requests().getLast()).doesNotContain(FORGED).contains("\r\nMcp-Method: ping\r\n");
        assertThat(router.oracle().requests().getLast()).doesNotContain(FORGED);
    }

    @Test
    void dropsThousandsOfListedFieldsInAMoment() throws IOException {
        String listed = "Connection: " + "a,".repeat(8_000);
        String[] lines = Stream.concat(
                        Stream.of(listed), Stream.generate(() -> "b:").limit(3_000))
                .toArray(String[]::new);
        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            assertThat(client.send(router.get("/token", lines)).read().status()).isEqualTo(200);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void dropsItAlsoWhenVerifyGivesNoSuchField() throws IOException {
        router.ask(router.get("/echo/mcp", "X-User-Email: " + FORGED, "X-Scope: " + FORGED));

        assertThat(router.service().requests().getLast())
                .doesNotContain(FORGED)
                .doesNotContain("X-User-Email")
                .doesNotContain("X-Scope");
    }

    @Test
    void saysItselfWhatItSaw() throws IOException {
        RawClient.Answer answer = router.ask(router.get("/echo/mcp?q=1", "X-Request-Id: mine"));

        String id = answer.header("X-Request-Id");
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(router.questions().getLast())
                .contains("\r\nX-Forwarded-Host: " + router.host() + "\r\n")
                .contains("\r\nX-Forwarded-Proto: https\r\n")
                .contains("\r\nX-Forwarded-For: 127.0.0.1\r\n")
                .contains("\r\nX-Forwarded-Uri: /echo/mcp?q=1\r\n")
                .contains("\r\nX-Request-Id: " + id + "\r\n");
        assertThat(router.service().requests().getLast())
                .contains("\r\nX-Request-Id: " + id + "\r\n")
                .contains("\r\nX-Forwarded-For: 127.0.0.1\r\n");
    }

    @Test
    void keepsCredentialsFromServicesOnly() throws IOException {
        String[] credentials = {"Authorization: Bearer t", "Cookie: c=1", "Proxy-Authorization: Basic x"};

        router.ask(router.get("/echo/mcp", credentials));
        router.ask(router.get("/account", credentials));

        assertThat(router.service().requests().getLast())
                .doesNotContainIgnoringCase("authorization")
                .doesNotContainIgnoringCase("cookie");
        assertThat(router.oracle().requests().getLast())
                .contains("\r\nAuthorization: Bearer t\r\n")
                .contains("\r\nCookie: c=1\r\n")
                .contains("\r\nGateway-Verify-Secret: a-secret-of-at-least-32-characters\r\n")
                .doesNotContain("Proxy-Authorization");
    }

    @Test
    void dropsWhatBelongsToOneConnection() throws IOException {
        router.ask(router.get(
                "/echo/mcp",
                "Connection: keep-alive, X-Mine, HTTP2-Settings, Host",
                "X-Mine: 1",
                "Keep-Alive: timeout=5",
                "TE: trailers",
                "HTTP2-Settings: x",
                "Proxy-Connection: keep-alive",
                "X-Kept: 1"));

        assertThat(router.service().requests().getLast())
                .contains("\r\nX-Kept: 1\r\n")
                .contains("\r\nHost: " + router.host() + "\r\n")
                .doesNotContain("X-Mine")
                .doesNotContainIgnoringCase("keep-alive")
                .doesNotContain("TE:")
                .doesNotContain("HTTP2");
    }

    @Test
    void dropsWhatWouldShowAnotherMethodOrTarget() throws IOException {
        router.ask(router.get(
                "/echo/mcp", "X-HTTP-Method-Override: DELETE", "X-Original-URL: /admin", "X_Rewrite_Url: /admin"));

        assertThat(router.service().requests().getLast())
                .doesNotContain("DELETE")
                .doesNotContain("/admin");
    }
}
