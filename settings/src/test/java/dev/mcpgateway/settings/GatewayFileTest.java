package dev.mcpgateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayFileTest {
    private final Problems problems = new Problems();

    @Test
    void readsTheThreeLineForm() {
        GatewayFile file = parse("""
                services:
                  echo:
                    upstream: http://mcp-echo:3000
                    allow: [github:alice, github-org:acme]
                """);

        assertThat(problems.all()).isEmpty();
        assertThat(file.services())
                .containsExactly(new GatewayFile.Service(
                        "echo",
                        ServiceUpstream.of("http://mcp-echo:3000"),
                        List.of("github:alice", "github-org:acme"),
                        null,
                        null,
                        List.of(),
                        List.of(),
                        false,
                        List.of()));
    }

    @Test
    void readsWhatElseAServiceMaySay() {
        GatewayFile.Service service = parse("""
                services:
                  echo:
                    upstream: x
                    scopes: mcp
                    optional_scopes: [write]
                    identity_assertion: true
                    tools:
                      - deny: [delete_*]
                      - for: [github:alice, client:abc]
                        allow: [read_*]
                """).services().getFirst();

        assertThat(problems.all()).isEmpty();
        assertThat(service.scopes()).containsExactly("mcp");
        assertThat(service.optionalScopes()).containsExactly("write");
        assertThat(service.identityAssertion()).isTrue();
        assertThat(service.tools())
                .containsExactly(
                        new GatewayFile.ToolRule(List.of(), null, List.of("delete_*")),
                        new GatewayFile.ToolRule(List.of("github:alice", "client:abc"), List.of("read_*"), List.of()));
    }

    @Test
    void readsHowRequestsAreSpread() {
        GatewayFile.Service service = parse("""
                services:
                  echo:
                    upstream:
                      - {url: "http://a:3000", weight: 3}
                      - url: http://b:3000
                    balance: round_robin
                    connect_timeout: 1s
                    response_timeout: 1h
                    idle_timeout: 20
                    max_requests: 8
                    max_waiting: 0
                    max_wait: 250ms
                    health: {path: /health, interval: 5s, timeout: 2s, unhealthy_after: 2, healthy_after: 1}
                    affinity: off
                    ca_file: /run/ca.pem
                """).services().getFirst();

        assertThat(problems.all()).isEmpty();
        assertThat(service.upstream())
                .isEqualTo(new ServiceUpstream(
                        List.of(
                                new ServiceUpstream.Server("http://a:3000", 3),
                                new ServiceUpstream.Server("http://b:3000", 1)),
                        Optional.of("round_robin"),
                        Optional.of(Duration.ofSeconds(1)),
                        Optional.of(Duration.ofHours(1)),
                        Optional.of(Duration.ofSeconds(20)),
                        OptionalInt.of(8),
                        OptionalInt.of(0),
                        Optional.of(Duration.ofMillis(250)),
                        new ServiceUpstream.Health(
                                Optional.of("/health"),
                                Optional.of(Duration.ofSeconds(5)),
                                Optional.of(Duration.ofSeconds(2)),
                                OptionalInt.of(2),
                                OptionalInt.of(1)),
                        false,
                        Optional.of(Path.of("/run/ca.pem"))));
    }

    @Test
    void readsAHealthCheckInOneWord() {
        assertThat(parse("services: {echo: {upstream: x, health: none}}")
                        .services()
                        .getFirst()
                        .upstream()
                        .health())
                .isEqualTo(ServiceUpstream.Health.of(Optional.of("none")));
    }

    @Test
    void connectsWhereAHealthCheckNamesNoPath() {
        assertThat(parse("services: {echo: {upstream: x, health: {interval: 1s}}}")
                        .services()
                        .getFirst()
                        .upstream()
                        .health()
                        .probe())
                .contains("tcp");
    }

    @Test
    void takesOneRuleAboutToolsWithoutAList() {
        assertThat(parse("services: {echo: {upstream: x, tools: {allow: [a]}}}")
                        .services()
                        .getFirst()
                        .tools())
                .containsExactly(new GatewayFile.ToolRule(List.of(), List.of("a"), List.of()));
    }

    @Test
    void tellsAnEmptyAllowListFromAMissingOne() {
        GatewayFile file = parse("services: {open: {upstream: x}, closed: {upstream: x, allow: []}}");

        assertThat(file.services().get(0).allow()).isNull();
        assertThat(file.services().get(1).allow()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            "servces: {}"                                | gateway.yaml line 1: unknown key 'servces'; did you mean 'services'?
            "services: {echo: {upstrem: x}}"             | gateway.yaml line 1: unknown key 'services.echo.upstrem'; did you mean 'upstream'?
            "services: {echo: {colour: x}}"              | gateway.yaml line 1: unknown key 'services.echo.colour'; known are upstream, balance, connect_timeout, response_timeout, idle_timeout, max_requests, max_waiting, max_wait, health, affinity, ca_file, allow, origins, scopes, optional_scopes, tools, identity_assertion, introspection
            "services: {Echo: {upstream: x}}"            | gateway.yaml line 1: the service name 'Echo' is not accepted: accepted are lower-case letters, digits and '-', at most 63
            "services: {token: {upstream: x}}"           | gateway.yaml line 1: the service name 'token' is the gateway's own; choose another
            "services: [echo]"                           | gateway.yaml line 1: services must hold `key: value` lines
            "services: {echo: {scopes: []}}"             | gateway.yaml line 1: scopes must name 1 to 20 scopes
            "services: {echo: {optional_scopes: ['a b']}}" | gateway.yaml line 1: optional_scopes holds 'a b': accepted are printable ASCII characters without space, quote and backslash
            "services: {echo: {tools: {for: ['*']}}}"    | gateway.yaml line 1: services.echo.tools says neither what to allow nor what to deny
            "services: {echo: {tools: x}}"               | gateway.yaml line 1: services.echo.tools must be a list of `- key: value` items
            "services: {echo: {upstream: {url: x}}}"     | gateway.yaml line 1: services.echo.upstream must be one value
            "services: {echo: {upstream: [{weight: 1}]}}" | gateway.yaml line 1: services.echo.upstream[0].url is missing: where does the server run?
            "services: {echo: {upstream: [{url: x, weight: -1}]}}" | gateway.yaml line 1: services.echo.upstream[0].weight is '-1': accepted is a whole number from 0 to 1000
            "services: {echo: {upstream: [{url: x, wight: 1}]}}" | gateway.yaml line 1: unknown key 'services.echo.upstream[0].wight'; did you mean 'weight'?
            "services: {echo: {upstream: x, balance: fair}}" | gateway.yaml line 1: services.echo.balance is 'fair': accepted is one of least_requests, round_robin
            "services: {echo: {upstream: x, health: ping}}" | gateway.yaml line 1: services.echo.health is 'ping': accepted is `tcp`, `none` or a path such as /health
            "services: {echo: {upstream: x, health: {path: health}}}" | gateway.yaml line 1: services.echo.health.path is 'health': accepted is a path such as /health
            "services: {echo: {upstream: x, health: {pth: /health}}}" | gateway.yaml line 1: unknown key 'services.echo.health.pth'; did you mean 'path'?
            "services: {echo: {upstream: x, max_wait: 2h}}" | gateway.yaml line 1: services.echo.max_wait is '2h': accepted is a duration from 10ms to 1m, such as 30s, 15m, 12h or 30d; a bare number is seconds
            "services: {echo: {allow: {a: b}}}"          | gateway.yaml line 1: services.echo.allow must be a list such as [a, b]
            "settings: {ACCESS_TOKEN_LIFETIM: 5s}"       | gateway.yaml line 1: unknown key 'settings.ACCESS_TOKEN_LIFETIM'; did you mean 'ACCESS_TOKEN_LIFETIME'?
            "services: {echo: {upstream: a, upstream: b}}" | gateway.yaml line 1: services.echo holds 'upstream' twice
            "services: {"                                | gateway.yaml line 1: not valid YAML: expected the node content, but found '<stream end>'
            """)
    void namesWhatIsWrongAndWhere(String text, String problem) {
        parse(text);

        assertThat(problems.all()).containsExactly(problem);
    }

    @Test
    void refusesNestedAliases() {
        parse("a: &a [x]\nservices: *a\n");

        assertThat(problems.all()).anyMatch(problem -> problem.contains("not valid YAML"));
    }

    @Test
    void treatsAMissingFileAsEmpty() {
        assertThat(GatewayFile.read(Path.of("does-not-exist"), problems).services())
                .isEmpty();
        assertThat(problems.all()).isEmpty();
    }

    private GatewayFile parse(String text) {
        return GatewayFile.parse(text, "gateway.yaml", problems);
    }

    @Test
    void readsRoutesAndMiddlewares() {
        GatewayFile file = GatewayFile.parse("""
                routes:
                  info:
                    rule: Host(`info.example.com`)
                    priority: 7
                    upstream: http://info
                    auth: none
                    middlewares: [slow, tidy]
                  other: {rule: Path(`/x`), service: echo, auth: verified}
                middlewares:
                  slow: {rate_limit: {average: 600/1m, burst: 20, by: identity}}
                  even: {rate_limit: {average: 5/1s}}
                  tidy: {headers: {request: {set: {X-A: b}, remove: X-C}, response: {remove: [Server]}}}
                  app: {cors: https://app.example.com}
                  small: {body_limit: 1000}
                  office: {ip_allow_list: [10.0.0.0/8]}
                  moved: {redirect: {regex: x, replacement: 'https://y/', permanent: true}}
                """, "gateway.yaml", problems);

        assertThat(problems.all()).isEmpty();
        assertThat(file.routes())
                .containsExactly(
                        new RouteEntry(
                                "info",
                                Optional.of("Host(`info.example.com`)"),
                                OptionalInt.of(7),
                                Optional.empty(),
                                Optional.of("http://info"),
                                true,
                                List.of("slow", "tidy")),
                        new RouteEntry(
                                "other",
                                Optional.of("Path(`/x`)"),
                                OptionalInt.empty(),
                                Optional.of("echo"),
                                Optional.empty(),
                                false,
                                List.of()));
        assertThat(file.middlewares())
                .containsEntry("slow", new MiddlewareEntry.RateLimit(new Rate(600, Duration.ofMinutes(1)), 20, true))
                .containsEntry("even", new MiddlewareEntry.RateLimit(new Rate(5, Duration.ofSeconds(1)), 5, false))
                .containsEntry(
                        "tidy",
                        new MiddlewareEntry.Headers(Map.of("X-A", "b"), List.of("X-C"), Map.of(), List.of("Server")))
                .containsEntry("app", new MiddlewareEntry.Cors(List.of("https://app.example.com")))
                .containsEntry("small", new MiddlewareEntry.BodyLimit(1000))
                .containsEntry("office", new MiddlewareEntry.IpAllowList(List.of("10.0.0.0/8")))
                .containsEntry("moved", new MiddlewareEntry.Redirect("x", "https://y/", true));
    }

    @Test
    void reportsWhatIsWrongWithRoutesAndMiddlewares() {
        GatewayFile.parse("""
                routes:
                  a b: {rule: x}
                  info: {rul: x, priority: high, auth: nobody}
                middlewares:
                  two: {cors: '*', body_limit: 5}
                  none: {}
                  odd: {rate_limits: {average: 1/1s}}
                  slow: {rate_limit: {burst: 0}}
                  tidy: {headers: {requests: {set: {}}}}
                """, "gateway.yaml", problems);

        assertThat(String.join("\n", problems.all()))
                .contains("line 2: the route name 'a b' is not accepted")
                .contains("unknown key 'routes.info.rul'; did you mean 'rule'?")
                .contains("routes.info.priority is 'high': accepted is a whole number from 1 to 1000000")
                .contains("routes.info.auth is 'nobody': accepted is one of verified, none")
                .contains("middlewares.two is not accepted: accepted is exactly one of headers, cors")
                .contains("middlewares.none is not accepted")
                .contains("middlewares.odd is not accepted")
                .contains("middlewares.slow.rate_limit.average is missing")
                .contains("middlewares.slow.rate_limit.burst is '0'")
                .contains("unknown key 'middlewares.tidy.headers.requests'; did you mean 'request'?");
    }
}
