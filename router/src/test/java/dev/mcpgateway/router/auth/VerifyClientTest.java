package dev.mcpgateway.router.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.LookUp;
import dev.mcpgateway.router.upstream.ScriptedUpstream;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamLimits;
import dev.mcpgateway.router.upstream.Upstreams;
import dev.mcpgateway.settings.Secret;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class VerifyClientTest {
    private static final String ALLOW = "HTTP/1.1 204 No Content\r\nX-User-Id: 583231\r\n\r\n";

    private final Upstreams upstreams = new Upstreams(UpstreamLimits.DEFAULTS, LookUp.system(), Duration.ofSeconds(10));

    @AfterEach
    void closeUpstreams() {
        upstreams.close();
    }

    @Test
    void asksByTheContractAndPassesNothingElse() throws IOException {
        HeaderList headers = HeaderList.of(
                "Host", "evil.example",
                "Authorization", "Bearer t0ken",
                "mcp-method", "tools/call",
                "Mcp-Name", "echo",
                "MCP-Protocol-Version", "2025-11-25",
                "Accept", "application/json, text/event-stream",
                "X-Request-Id", "r1",
                "traceparent", "00-1-2-01",
                "Cookie", "a=b",
                "Gateway-Verify-Secret", "guessed",
                "X-Forwarded-Host", "files.example.com",
                "X-Forwarded-For", "127.0.0.1",
                "X-User-Id", "1",
                "Content-Length", "2",
                "Content-Type", "application/json",
                "Connection", "X-Forwarded-Uri, Authorization");
        try (ScriptedUpstream service = ScriptedUpstream.answering(ALLOW)) {
            decide(
                    service,
                    new VerifyRequest("POST", "https", "Echo.example.com:8443", "/mcp//x?a=%2F", "::1", headers));

            assertThat(service.requests())
                    .containsExactly(String.join(
                            "\r\n",
                            "GET /check HTTP/1.1",
                            "Host: " + service.endpoint().authority(),
                            "Gateway-Verify-Secret: s3cret",
                            "X-Forwarded-Method: POST",
                            "X-Forwarded-Proto: https",
                            "X-Forwarded-Host: Echo.example.com:8443",
                            "X-Forwarded-Uri: /mcp//x?a=%2F",
                            "X-Forwarded-For: ::1",
                            "Authorization: Bearer t0ken",
                            "mcp-method: tools/call",
                            "Mcp-Name: echo",
                            "MCP-Protocol-Version: 2025-11-25",
                            "Accept: application/json, text/event-stream",
                            "X-Request-Id: r1",
                            "traceparent: 00-1-2-01",
                            "",
                            ""));
        }
    }

    @Test
    void asksWithoutATokenWhereThereIsNone() throws IOException {
        try (ScriptedUpstream service = ScriptedUpstream.answering(ALLOW)) {
            decide(service, new VerifyRequest("GET", "https", "echo.example.com", "/mcp", "::1", HeaderList.EMPTY));

            assertThat(service.requests().getFirst()).doesNotContain("Authorization");
        }
    }

    @Test
    void keepsItsConnectionBetweenQuestions() throws IOException {
        try (ScriptedUpstream service = ScriptedUpstream.answering(ALLOW)) {
            for (int i = 0; i < 5; i++) {
                decide(service, new VerifyRequest("GET", "https", "echo.example.com", "/", "::1", HeaderList.EMPTY));
            }

            assertThat(service.connections()).isEqualTo(1);
        }
    }

    @Test
    void doesNotTakeSeveralTokens() {
        HeaderList headers = HeaderList.of("Authorization", "Bearer a", "authorization", "Bearer b");

        assertThatThrownBy(() -> new VerifyRequest("GET", "https", "echo.example.com", "/mcp", "::1", headers))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void printsNoToken() {
        HeaderList headers = HeaderList.of("Authorization", "Bearer t0ken");
        VerifyRequest request = new VerifyRequest("GET", "https", "echo.example.com", "/mcp?key=k", "::1", headers);

        assertThat(request).hasToString("GET https://echo.example.com/mcp");
    }

    private void decide(ScriptedUpstream service, VerifyRequest request) {
        Upstream verify =
                Upstream.parse("verify", "http://" + service.endpoint() + "/check", "/", VerifyClient.TIMEOUTS);
        ForwardAuth gate = new ForwardAuth(
                new VerifyClient(upstreams, verify, Secret.of("s3cret")),
                Duration.ZERO,
                StreamChecks.DEFAULTS,
                Clock.systemUTC());

        assertThat(gate.decide(request)).isInstanceOf(Verdict.Allow.class);
    }
}
