package dev.mcpgateway.router.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.Eventually;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.ScriptedUpstream;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamLimits;
import dev.mcpgateway.router.upstream.UpstreamTimeouts;
import dev.mcpgateway.router.upstream.Upstreams;
import dev.mcpgateway.settings.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two instances answer for verify, behind one name. */
@Timeout(60)
final class VerifyFailoverTest {
    private static final ScriptedUpstream.Script ALLOWING = peer -> {
        while (peer.readRequest().isPresent()) {
            peer.send("HTTP/1.1 204 No Content\r\nX-User-Id: 42\r\n\r\n");
        }
    };
    private static final ScriptedUpstream.Script UNDECIDED = peer -> {
        while (peer.readRequest().isPresent()) {
            peer.send("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
        }
    };
    private static final VerifyRequest REQUEST =
            new VerifyRequest("POST", "https", "echo.example.com", "/mcp", "::1", HeaderList.EMPTY);

    private final int port = ScriptedUpstream.freePort();
    private final Upstreams upstreams = new Upstreams(
            UpstreamLimits.DEFAULTS,
            _ -> List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("127.0.0.2")),
            Duration.ofSeconds(10));

    @AfterEach
    void closeUpstreams() {
        upstreams.close();
    }

    @Test
    void aKilledInstanceCostsNoQuestion() throws Exception {
        ForwardAuth gate = gate(Duration.ofSeconds(5));
        Queue<Verdict> verdicts = new ConcurrentLinkedQueue<>();
        AtomicInteger rounds = new AtomicInteger();
        List<Thread> askers = new ArrayList<>();
        try (ScriptedUpstream first = instance("127.0.0.1", ALLOWING)) {
            ScriptedUpstream second = instance("127.0.0.2", ALLOWING);
            for (int i = 0; i < 8; i++) {
                askers.add(Thread.startVirtualThread(() -> {
                    while (rounds.get() < 10) {
                        verdicts.add(gate.decide(REQUEST));
                    }
                }));
            }

            for (; rounds.get() < 10; rounds.incrementAndGet()) {
                int asked = verdicts.size();
                Eventually.holds(() -> verdicts.size() > asked + 20);
                second.close();
                Eventually.holds(() -> verdicts.size() > asked + 40);
                second = again();
            }
            second.close();
            for (Thread asker : askers) {
                asker.join();
            }
            assertThat(first.requests()).isNotEmpty();
        }

        assertThat(verdicts)
                .hasSizeGreaterThan(400)
                .allSatisfy(verdict -> assertThat(verdict).isInstanceOf(Verdict.Allow.class));
    }

    /** As one does that has just started, or has lost its store. */
    @Test
    void anInstanceThatCannotDecideCostsNoQuestion() throws Exception {
        try (ScriptedUpstream _ = instance("127.0.0.1", ALLOWING);
                ScriptedUpstream undecided = instance("127.0.0.2", UNDECIDED)) {
            ForwardAuth gate = gate(Duration.ofSeconds(5));
            Eventually.holds(() -> {
                assertThat(gate.decide(REQUEST)).isInstanceOf(Verdict.Allow.class);
                return undecided.requests().size() > 5;
            });
        }
    }

    @Test
    void isUndecidedWhereAllInstancesAre() throws Exception {
        try (ScriptedUpstream one = instance("127.0.0.1", UNDECIDED);
                ScriptedUpstream other = instance("127.0.0.2", UNDECIDED)) {
            assertThat(gate(Duration.ofSeconds(5)).decide(REQUEST)).isInstanceOf(Verdict.Unavailable.class);

            assertThat(one.requests()).hasSize(1);
            assertThat(other.requests()).hasSize(1);
        }
    }

    @Test
    void aFrozenInstanceTakesHalfOfTheTime() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedUpstream _ = instance("127.0.0.1", ALLOWING);
                ScriptedUpstream frozen = instance("127.0.0.2", _ -> never.await())) {
            ForwardAuth gate = gate(Duration.ofSeconds(1));
            while (frozen.connections() == 0) {
                assertThat(gate.decide(REQUEST)).isInstanceOf(Verdict.Allow.class);
            }
            never.countDown();
        }
    }

    @Test
    void allInstancesTogetherHaveTheTimeOfOneQuestion() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedUpstream _ = instance("127.0.0.1", _ -> never.await());
                ScriptedUpstream _ = instance("127.0.0.2", _ -> never.await())) {
            long start = System.nanoTime();

            Verdict verdict = gate(Duration.ofMillis(600)).decide(REQUEST);

            assertThat(verdict).isInstanceOf(Verdict.Unavailable.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(590), Duration.ofMillis(1100));
            never.countDown();
        }
    }

    private ForwardAuth gate(Duration whole) {
        UpstreamTimeouts timeouts = new UpstreamTimeouts(whole, whole, whole, whole);
        Upstream verify = Upstream.parse("verify", "http://auth:" + port + "/verify", "/", timeouts);
        return new ForwardAuth(
                new VerifyClient(upstreams, verify, Secret.of("s3cret")),
                Duration.ZERO,
                StreamChecks.DEFAULTS,
                Clock.systemUTC());
    }

    private ScriptedUpstream instance(String address, ScriptedUpstream.Script script) throws IOException {
        return ScriptedUpstream.at(address, port, script);
    }

    /** The port may be taken by what is left of the killed one for a moment. */
    private ScriptedUpstream again() throws Exception {
        List<ScriptedUpstream> started = new ArrayList<>();
        Eventually.holds(() -> {
            try {
                return started.add(instance("127.0.0.2", ALLOWING));
            } catch (IOException _) {
                return false;
            }
        });
        return started.getFirst();
    }
}
