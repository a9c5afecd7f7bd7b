package dev.mcpgateway.router.auth;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** No answer, no access. What the service may answer is in {@link VerifyContractTest}; here the router itself fails. */
final class ForwardAuthTest {
    /** Held, so that its level stays: the refusals that are provoked here are not worth a line each. */
    private static final Logger LOG = Logger.getLogger(ForwardAuth.class.getName());

    private static final String ALLOW = "HTTP/1.1 204 No Content\r\nX-User-Id: 583231\r\n\r\n";

    @BeforeAll
    static void keepQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @Test
    void refusesWhenTheQuestionCannotBeAsked() throws IOException {
        try (ScriptedUpstream service = ScriptedUpstream.answering(ALLOW);
                Upstreams upstreams = new Upstreams(UpstreamLimits.DEFAULTS, LookUp.system(), Duration.ofSeconds(10))) {
            Verdict verdict = gate(upstreams, service).decide(request("echo.example.com\r\nX-User-Id: 1"));

            assertThat(verdict).isInstanceOf(Verdict.Unavailable.class);
            assertThat(service.requests()).isEmpty();
        }
    }

    @Test
    void refusesWhenTheClientIsClosed() throws IOException {
        try (ScriptedUpstream service = ScriptedUpstream.answering(ALLOW)) {
            Upstreams upstreams = new Upstreams(UpstreamLimits.DEFAULTS, LookUp.system(), Duration.ofSeconds(10));
            ForwardAuth gate = gate(upstreams, service);
            assertThat(gate.decide(request("echo.example.com"))).isInstanceOf(Verdict.Allow.class);
            upstreams.close();

            assertThat(gate.decide(request("echo.example.com"))).isInstanceOf(Verdict.Unavailable.class);
        }
    }

    @Test
    void refusesWhenTheThreadIsInterrupted() throws IOException {
        try (ScriptedUpstream service = ScriptedUpstream.answering(ALLOW);
                Upstreams upstreams = new Upstreams(UpstreamLimits.DEFAULTS, LookUp.system(), Duration.ofSeconds(10))) {
            Thread.currentThread().interrupt();

            Verdict verdict = gate(upstreams, service).decide(request("echo.example.com"));

            assertThat(Thread.interrupted()).isTrue();
            assertThat(verdict).isInstanceOf(Verdict.Unavailable.class);
        }
    }

    @Test
    void allowsAgainOnceTheServiceAnswers() throws IOException {
        try (ScriptedUpstream service = ScriptedUpstream.playing(peer -> {
                    peer.readRequest();
                    peer.send(peer.number() == 1 ? "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n" : ALLOW);
                });
                Upstreams upstreams = new Upstreams(UpstreamLimits.DEFAULTS, LookUp.system(), Duration.ofSeconds(10))) {
            ForwardAuth gate = gate(upstreams, service);

            assertThat(gate.decide(request("echo.example.com"))).isInstanceOf(Verdict.Unavailable.class);
            assertThat(gate.decide(request("echo.example.com"))).isInstanceOf(Verdict.Allow.class);
        }
    }

    private static ForwardAuth gate(Upstreams upstreams, ScriptedUpstream service) {
        Upstream verify =
                Upstream.parse("verify", "http://" + service.endpoint() + "/verify", "/", VerifyClient.TIMEOUTS);
        return new ForwardAuth(
                new VerifyClient(upstreams, verify, Secret.of("s3cret")),
                Duration.ZERO,
                StreamChecks.DEFAULTS,
                Clock.systemUTC());
    }

    private static VerifyRequest request(String host) {
        return new VerifyRequest("GET", "https", host, "/mcp", "192.0.2.7", HeaderList.EMPTY);
    }
}
