package dev.mcpgateway.router.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteMatcherTest {
    private static boolean matches(String rule, RequestView request) throws RuleException {
        return RuleParser.parse(rule).matches(request);
    }

    @ParameterizedTest
    @CsvSource({
        "/mcp, /mcp, true",
        "/mcp, /mcp/, true",
        "/mcp, /mcp/x, true",
        "/mcp, /mcpx, false",
        "/mcp, /MCP, false",
        "/mcp, /x/mcp, false",
        "/mcp/, /mcp, false",
        "/mcp/, /mcp/, true",
        "/mcp/, /mcp/x, true",
        "/, /, true",
        "/, /anything/at/all, true"
    })
    void comparesPrefixesByWholeSegments(String prefix, String path, boolean matched) throws RuleException {
        assertThat(matches("PathPrefix(`" + prefix + "`)", Views.get("x", path)))
                .isEqualTo(matched);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Host(`Example.COM`); example.com; /; true",
                "Host(`example.com`); www.example.com; /; false",
                "Host(`a.test`, `b.test`); b.test; /; true",
                "HostRegexp(`^[a-z]+\\.example\\.com$`); echo.example.com; /; true",
                "HostRegexp(`^[a-z]+\\.example\\.com$`); echo.example.com.evil.test; /; false",
                "Path(`/mcp`); x; /mcp; true",
                "Path(`/mcp`); x; /mcp/; false",
                "PathPrefixAnyCase(`/Verify`); x; /vERIFY/x; true",
                "PathRegexp(`^/v[0-9]+/`); x; /v12/mcp; true",
                "PathRegexp(`^/v[0-9]+/`); x; /x/v12/mcp; false",
                "PathRegexp(`/v[0-9]+/`); x; /x/v12/mcp; true",
                "Method(`GET`); x; /; true",
                "Method(`POST`, `DELETE`); x; /; false",
                "Query(`debug`, `1`); x; /?a=b&debug=1; true",
                "Query(`debug`, `1`); x; /?debug=11; false",
                "Query(`debug`, `1`); x; /?debug=0&debug=1; true",
                "Query(`debug`); x; /?debug; true",
                "Query(`debug`); x; /?debug=1; false",
                "Query(`a b`, `ü&`); x; /?a+b=%C3%BC%26; true",
                "Query(`x`, `%`); x; /?x=%; false",
                "Query(`x`, `1`); x; /; false",
                "QueryRegexp(`id`, `^[0-9]+$`); x; /?id=4711; true",
                "QueryRegexp(`id`, `^[0-9]+$`); x; /?id=x; false",
                "ClientIP(`192.0.2.0/24`); x; /; true",
                "ClientIP(`10.0.0.0/8`, `192.0.2.7`); x; /; true",
                "ClientIP(`10.0.0.0/8`); x; /; false",
                "!Host(`a.test`); b.test; /; true",
                "!!Host(`a.test`); b.test; /; false"
            })
    void matchesWhatTheRuleSays(String rule, String host, String target, boolean matched) throws RuleException {
        assertThat(matches(rule, Views.get(host, target))).isEqualTo(matched);
    }

    @Test
    void looksAtEveryFieldOfAName() throws RuleException {
        RequestView request = Views.get("x", "/", "X-Tenant", "blue", "x-tenant", "green 7");

        assertThat(matches("Header(`x-Tenant`, `green 7`)", request)).isTrue();
        assertThat(matches("Headers(`X-Tenant`, `blue`)", request)).isTrue();
        assertThat(matches("Header(`X-Tenant`, `Blue`)", request)).isFalse();
        assertThat(matches("HeaderRegexp(`X-TENANT`, `^green [0-9]$`)", request))
                .isTrue();
        assertThat(matches("HeadersRegexp(`X-Tenant`, `red`)", request)).isFalse();
        assertThat(matches("HeaderRegexp(`X-Other`, ``)".replace("``", "`.*`"), request))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Host(`a`) || Host(`x`) && Path(`/no`); false",
                "Host(`x`) || Host(`a`) && Path(`/no`); true",
                "(Host(`x`) || Host(`a`)) && Path(`/no`); false",
                "!Host(`a`) && Path(`/p`); true",
                "!(Host(`a`) || Path(`/p`)); false"
            })
    void bindsAndTighterThanOr(String rule, boolean matched) throws RuleException {
        assertThat(matches(rule, Views.get("x", "/p"))).isEqualTo(matched);
    }
}
