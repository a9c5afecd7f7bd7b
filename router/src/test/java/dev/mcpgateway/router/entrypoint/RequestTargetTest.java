package dev.mcpgateway.router.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
    private static final List<String> HOST = List.of("echo.example.com");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/mcp",
                "/mcp/",
                "/mcp?",
                "/mcp?a=b&c=%2f..;//[]|\\\"<>{}^`%zz?",
                "/a%20b",
                "/%E2%82%AC",
                "/a!$&'()*+,=:@-._~",
                "/..a/.b/c..",
                "/a%25b"
            })
    void keepsEveryByteOfAPlainTarget(String target) throws RefusedRequest {
        RequestTarget parsed = RequestTarget.parse("GET " + target + " HTTP/1.1", HOST, "https");

        assertThat(parsed.raw()).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://echo.example.com/mcp",
                "HTTPS://echo.example.com/mcp",
                "echo.example.com:443",
                "*",
                "mcp",
                "?a",
                "/mcp#",
                "/mcp#x",
                "/mcp?a#x",
                "/mcp\u0001",
                "/mcp\u007f",
                "/mcp\u00e9",
                "/mcp?\u00e9",
                "/a b",
                "/a\tb",
                "//mcp",
                "/a//b",
                "/mcp//",
                "/.",
                "/..",
                "/a/./b",
                "/a/../b",
                "/a/..",
                "/%2e",
                "/a/%2E%2e/b",
                "/a/.%2e/b",
                "/a%2fb",
                "/a%2Fb",
                "/a\\b",
                "/a%5cb",
                "/a%5Cb",
                "/a%00b",
                "/a%0d%0ab",
                "/a%7fb",
                "/a;b",
                "/a;jsessionid=1/b",
                "/a%3bb",
                "/%6dcp",
                "/mcp/%41",
                "/mcp/%7e",
                "/mcp/%2d",
                "/%252e%252e/a",
                "/a%252fb",
                "/%c0%ae",
                "/%e0%80%af",
                "/%ff",
                "/%ed%a0%80",
                "/%",
                "/%2",
                "/%zz",
                "/%\uff11\uff11",
                "/a<b",
                "/a\"b",
                "/a|b",
                "/a[b",
                "/a{b",
                "/a^b",
                "/a`b"
            })
    void refusesATargetThatCouldBeReadInTwoWays(String target) {
        assertThatThrownBy(() -> RequestTarget.parse("GET " + target + " HTTP/1.1", HOST, "https"))
                .asInstanceOf(type(RefusedRequest.class))
                .returns(400, RefusedRequest::status)
                .returns(true, RefusedRequest::isMalformed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "TRACE", "connect", "Trace"})
    void refusesMethodsThatNobodyServes(String method) {
        assertThatThrownBy(() -> RequestTarget.parse(method + " /mcp HTTP/1.1", HOST, "https"))
                .asInstanceOf(type(RefusedRequest.class))
                .returns(405, RefusedRequest::status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"G ET", "G\u00e9T", "GE(T", "AMETHODTHATISLONGERTHANTHIRTYTWOCHARACTERS", ""})
    void refusesMethodsThatAreNoTokens(String method) {
        assertThatThrownBy(() -> RequestTarget.parse(method + " /mcp HTTP/1.1", HOST, "https"))
                .isInstanceOf(RefusedRequest.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a,b",
                "a/b",
                "user@a",
                "a:",
                "a:0",
                "a:99999",
                "a:443:443",
                "a:x",
                "a:-1",
                "-a",
                ".a",
                "[::1",
                "::1",
                "[::1]x",
                "a%2eb",
                "\u00e9",
                "a\\b",
                "a?b",
                "a#b"
            })
    void refusesAnOddHost(String host) {
        assertThatThrownBy(() -> RequestTarget.parse("GET /mcp HTTP/1.1", List.of(host), "https"))
                .asInstanceOf(type(RefusedRequest.class))
                .returns(400, RefusedRequest::status);
    }

    @Test
    void refusesNoHostAndMoreThanOne() {
        for (List<String> hosts : List.of(List.<String>of(), List.of("a", "a"), List.of("a", "b"))) {
            assertThatThrownBy(() -> RequestTarget.parse("GET /mcp HTTP/1.1", hosts, "https"))
                    .isInstanceOf(RefusedRequest.class);
        }
    }

    @Test
    void readsHostAndPortAndKeepsTheAuthorityAsItCame() throws RefusedRequest {
        RequestTarget named = RequestTarget.parse("GET / HTTP/1.1", List.of("Echo.Example.COM:8443"), "https");
        RequestTarget literal = RequestTarget.parse("GET / HTTP/1.1", List.of("[::1]"), "https");

        assertThat(named).returns("echo.example.com", RequestTarget::host).returns(8443, RequestTarget::port);
        assertThat(named.authority()).isEqualTo("Echo.Example.COM:8443");
        assertThat(literal).returns("[::1]", RequestTarget::host).returns(-1, RequestTarget::port);
    }

    @Test
    void doesNotShowTheQuery() throws RefusedRequest {
        assertThat(RequestTarget.parse("GET /mcp?token=secret HTTP/1.1", HOST, "https"))
                .asString()
                .doesNotContain("secret");
    }
}
