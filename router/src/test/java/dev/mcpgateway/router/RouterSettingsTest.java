package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.upstream.Balancing;
import dev.mcpgateway.router.upstream.Balancing.Ejection;
import dev.mcpgateway.router.upstream.Balancing.Policy;
import dev.mcpgateway.router.upstream.HealthCheck;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamTimeouts;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.settings.SettingsException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterSettingsTest {
    @Test
    void namesEveryProblemAtOnceAndHowToMendIt() {
        String yaml = """
                services:
                  nowhere:
                    allow: [alice]
                  secure:
                    upstream: https://mcp:3000
                    ca_file: /does/not/exist.pem
                  plain:
                    upstream: http://mcp:3000
                    ca_file: /does/not/exist.pem
                  idle:
                    upstream: [{url: "http://a", weight: 0}]
                  odd:
                    upstream: mcp-odd
                    origins: [app.example.com]
                """;

        assertThatThrownBy(() -> read(
                        Map.of(
                                "VERIFY_SECRET", "pssst",
                                "ROUTER_HTTPS_PORT", "99999",
                                "ORACLE_URL", "http://auth:0",
                                "MCP_CORS_ORIGINS", "example.com/path",
                                "ADMIN_TOKEN_FILE", "/does/not/exist"),
                        yaml))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("services.nowhere.upstream is missing")
                .hasMessageContaining("The ca_file of secure, /does/not/exist.pem, cannot be used")
                .hasMessageContaining("The ca_file of plain is for https:// servers")
                .hasMessageContaining("The upstream of idle gives no server a weight above 0")
                .hasMessageContaining("odd does not start with http://")
                .hasMessageContaining("services.odd.origins is not accepted")
                .hasMessageContaining("VERIFY_SECRET is too short")
                .hasMessageContaining("openssl rand")
                .hasMessageContaining("ROUTER_HTTPS_PORT=99999")
                .hasMessageContaining("ORACLE_URL")
                .hasMessageContaining("MCP_CORS_ORIGINS is not accepted")
                .hasMessageContaining("ADMIN_TOKEN_FILE names /does/not/exist")
                .hasMessageContaining("BASE_DOMAIN is not set")
                .hasMessageNotContaining("pssst");
    }

    @Test
    void needsTheSecretThatTheOracleHas() {
        assertThatThrownBy(() -> read(Map.of("BASE_DOMAIN", "example.com"), ""))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("VERIFY_SECRET is not set");
    }

    @Test
    void readsHowTheRequestsOfAServiceAreSpread() {
        String yaml = """
                services:
                  echo:
                    upstream: [{url: "http://a:1/x", weight: 3}, {url: "unix:/run/b.sock:/x"}]
                    balance: round_robin
                    response_timeout: 1h
                    max_requests: 8
                    max_wait: 1s
                    health: {path: /health, interval: 5s}
                    affinity: off
                  plain:
                    upstream: http://mcp
                """;

        RouterSettings settings = read(
                Map.of(
                        "BASE_DOMAIN", "example.com",
                        "VERIFY_SECRET", "a-secret-of-at-least-32-characters",
                        "VERIFY_HEALTH", "/health"),
                yaml);

        Upstream echo = settings.routing.services().getFirst().upstream();
        assertThat(echo.servers()).extracting(Upstream.Server::weight).containsExactly(3, 1);
        assertThat(echo.path()).isEqualTo("/x");
        assertThat(echo.timeouts())
                .isEqualTo(new UpstreamTimeouts(
                        Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofSeconds(60), Duration.ZERO));
        assertThat(echo.balancing())
                .isEqualTo(new Balancing(
                        Policy.ROUND_ROBIN,
                        8,
                        100,
                        Duration.ofSeconds(1),
                        new HealthCheck(
                                new HealthCheck.Probe.Get("/health"),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(1),
                                2,
                                1),
                        Ejection.DEFAULTS,
                        false));
        Balancing usual = settings.routing.services().getLast().upstream().balancing();
        assertThat(usual)
                .isEqualTo(new Balancing(
                        Policy.LEAST_REQUESTS,
                        Balancing.UNBOUNDED,
                        100,
                        Duration.ofSeconds(5),
                        new HealthCheck(
                                new HealthCheck.Probe.Connect(), Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 1),
                        Ejection.DEFAULTS,
                        true));
        assertThat(settings.verify.balancing().health().probe()).isEqualTo(new HealthCheck.Probe.Get("/health"));
        assertThat(settings.upstreams(settings.routing)).contains(echo, settings.verify, settings.oracle);
    }

    @Test
    void refusesHostsThatCannotWork() {
        String secret = "a-secret-of-at-least-32-characters";
        String yaml = "services:\n  echo:\n    upstream: http://mcp-echo:3000\n";

        assertThatThrownBy(() -> read(
                        Map.of(
                                "BASE_DOMAIN", "example.com",
                                "ISSUER", "https://echo.example.com",
                                "VERIFY_SECRET", secret),
                        yaml))
                .hasMessageContaining("services.echo would have the host of ISSUER");
        assertThatThrownBy(() -> read(
                        Map.of(
                                "BASE_DOMAIN", "example.com",
                                "ISSUER", "https://127.0.0.1:8443",
                                "VERIFY_SECRET", secret),
                        yaml))
                .hasMessageContaining("ISSUER=https://127.0.0.1:8443 is not accepted");
    }

    @Test
    void reportsEveryProblemOfRoutes() {
        String yaml = """
                services:
                  echo: {upstream: 'http://mcp-echo:3000'}
                routes:
                  a: {rule: Hots(`x`), service: ecko}
                  b: {rule: 'Host(`b.other.org`)', upstream: 'http://b/path'}
                  c: {rule: 'Host(`c.example.com`)', upstream: 'http://auth:9000', middlewares: [gone, by-user], auth: none}
                  d: {rule: 'Host(`d.example.com`)'}
                  e: {service: echo, upstream: 'http://e'}
                  f: {rule: 'Host(`f.example.com`)', upstream: 'http://127.0.0.1:9001'}
                  echo: {rule: 'Host(`f.example.com`)', service: echo}
                middlewares:
                  by-user: {rate_limit: {average: 1/1s, by: identity}}
                  forger: {headers: {request: {set: {X_User-Id: '1'}}}}
                  forger2: {headers: {request: {remove: [X-Forwarded-For]}}}
                  cors2: {headers: {response: {set: {Access-Control-Allow-Origin: '*'}}}}
                  splitter: {headers: {response: {set: {X-A: "a\\r\\nb"}}}}
                  anywhere: {redirect: {regex: 'x(.*)', replacement: 'https://$1/'}}
                  nowhere: {ip_allow_list: []}
                  catastrophe: {redirect: {regex: '(', replacement: 'https://x/'}}
                """;

        assertThatThrownBy(() -> read(
                        Map.of(
                                "BASE_DOMAIN", "example.com",
                                "ORACLE_URL", "http://auth:9000",
                                "VERIFY_SECRET", "a-secret-of-at-least-32-characters"),
                        yaml))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("routes.a has a rule that cannot be read: column 1: found 'Hots'")
                .hasMessageContaining("routes.a is for the service 'ecko', which is not there; did you mean 'echo'?")
                .hasMessageContaining("routes.b is for the host b.other.org: accepted are example.com and names below")
                .hasMessageContaining("routes.b has an upstream with a path")
                .hasMessageContaining("routes.c leads to the gateway itself")
                .hasMessageContaining("routes.c uses the middleware 'gone', which is not there")
                .hasMessageContaining("routes.c counts requests by identity")
                .hasMessageContaining("routes.d must say where its requests go")
                .hasMessageContaining("routes.e has no rule")
                .hasMessageContaining("routes.e must say where its requests go")
                .hasMessageContaining("routes.f leads to the gateway itself")
                .hasMessageContaining("routes.echo has the name of a service")
                .hasMessageContaining("middlewares.forger: the header X_User-Id cannot be changed")
                .hasMessageContaining("middlewares.forger2: the header X-Forwarded-For cannot be changed")
                .hasMessageContaining("middlewares.cors2: the header Access-Control-Allow-Origin cannot be changed")
                .hasMessageContaining("middlewares.splitter: The value of header X-A")
                .hasMessageContaining("middlewares.anywhere: the replacement must be a URL with a fixed host")
                .hasMessageContaining("middlewares.nowhere: accepted is a list of networks")
                .hasMessageContaining("middlewares.catastrophe: not a regular expression");
    }

    private static RouterSettings read(Map<String, String> environment, String yaml) {
        Problems problems = new Problems();
        return RouterSettings.read(
                new Settings(environment, GatewayFile.parse(yaml, "gateway.yaml", problems), problems));
    }

    @Test
    void saysWhatIsWrongWithThePlaceOfDocker() {
        assertThatThrownBy(() -> read(
                        Map.of("DOCKER_API_URL", "http://docker:99999"),
                        "services: {echo: {upstream: 'http://echo:3000'}}"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("The upstream URL of DOCKER_API_URL has a port outside 1 to 65535");
    }

    @Test
    void acceptsNoOtherWayToDockerThanPlainHttpAndASocket() {
        assertThatThrownBy(() -> read(
                        Map.of("DOCKER_API_URL", "tcp://docker:2375"),
                        "services: {echo: {upstream: 'http://echo:3000'}}"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(
                        "DOCKER_API_URL=tcp://docker:2375 is not accepted: accepted is http://HOST[:PORT]");
    }
}
