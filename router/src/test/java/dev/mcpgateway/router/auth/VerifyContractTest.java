package dev.mcpgateway.router.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.Endpoint;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.LookUp;
import dev.mcpgateway.router.upstream.ScriptedUpstream;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamLimits;
import dev.mcpgateway.router.upstream.UpstreamTimeouts;
import dev.mcpgateway.router.upstream.Upstreams;
import dev.mcpgateway.settings.Secret;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the router's half of the verify contract over real sockets. */
final class VerifyContractTest {
    /** Held, so that its level stays: the refusals that are provoked here are not worth a line each. */
    private static final Logger LOG = Logger.getLogger(ForwardAuth.class.getName());

    private static final VerifyRequest REQUEST = new VerifyRequest(
            "POST", "https", "echo.example.com", "/mcp", "192.0.2.7", HeaderList.of("Authorization", "Bearer token"));

    private final Upstreams upstreams = new Upstreams(UpstreamLimits.DEFAULTS, LookUp.system(), Duration.ofSeconds(10));

    @BeforeAll
    static void keepQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterEach
    void closeUpstreams() {
        upstreams.close();
    }

    static List<VerifyCases.Case> cases() throws IOException {
        return VerifyCases.answers();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void keepsTheContract(VerifyCases.Case given) throws IOException {
        Verdict verdict = decide(given);

        switch (given.expect().getString("verdict")) {
            case "allow" ->
                assertThat(verdict)
                        .isEqualTo(new Verdict.Allow(given.expectedHeaders("identity"), given.expectedValidity()));
            case "unavailable" -> assertThat(verdict).isInstanceOf(Verdict.Unavailable.class);
            case "deny" -> {
                Verdict.Deny denial = (Verdict.Deny) verdict;
                assertThat(denial.status()).isEqualTo(given.expect().getInt("status"));
                assertThat(denial.headers()).isEqualTo(given.expectedHeaders("headers"));
                assertThat(denial.body()).asString().isEqualTo(given.expectedBody());
            }
            default -> throw new IllegalArgumentException("No such verdict in: " + given);
        }
    }

    private Verdict decide(VerifyCases.Case given) throws IOException {
        if (given.behaviour().equals("refuse")) {
            return ask(endpointWithoutListener(), VerifyClient.TIMEOUTS);
        }
        boolean endless = List.of("hang", "trickle").contains(given.behaviour());
        try (ScriptedUpstream service = ScriptedUpstream.playing(given.script())) {
            return ask(service.endpoint(), endless ? shortened() : VerifyClient.TIMEOUTS);
        }
    }

    private Verdict ask(Endpoint endpoint, UpstreamTimeouts timeouts) {
        Upstream verify = Upstream.parse("verify", "http://" + endpoint + "/verify", "/", timeouts);
        VerifyClient asking = new VerifyClient(upstreams, verify, Secret.of("s3cret"));
        return new ForwardAuth(asking, Duration.ZERO, StreamChecks.DEFAULTS, Clock.systemUTC()).decide(REQUEST);
    }

    private static UpstreamTimeouts shortened() {
        Duration wait = Duration.ofMillis(300);
        return new UpstreamTimeouts(wait, wait, wait, wait);
    }

    private static Endpoint endpointWithoutListener() throws IOException {
        try (ScriptedUpstream closed = ScriptedUpstream.answering("")) {
            return closed.endpoint();
        }
    }
}
