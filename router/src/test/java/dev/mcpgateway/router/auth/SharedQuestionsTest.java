package dev.mcpgateway.router.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.SettableClock;
import dev.mcpgateway.router.upstream.Eventually;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.LookUp;
import dev.mcpgateway.router.upstream.ScriptedUpstream;
import dev.mcpgateway.router.upstream.ScriptedUpstream.Peer;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamLimits;
import dev.mcpgateway.router.upstream.UpstreamTimeouts;
import dev.mcpgateway.router.upstream.Upstreams;
import dev.mcpgateway.settings.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that are equal wait for one answer, if it is likely to serve them all; each asks by itself if it does not.
 */
@Timeout(60)
class SharedQuestionsTest {
    /** Held, so that its level stays: the refusals that are provoked here are not worth a line each. */
    private static final Logger LOG = Logger.getLogger(ForwardAuth.class.getName());

    private static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String DENIED = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
    private static final String ONCE = "HTTP/1.1 204 No Content\r\nX-User-Id: 42\r\n\r\n";
    private static final String HEARTBEAT = "heartbeat\ndata:";
    private static final String END = "end";
    private static final UpstreamTimeouts PATIENT = new UpstreamTimeouts(
            Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));
    private static final int WAITERS = 2;

    private final SettableClock clock = new SettableClock();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch silence = new CountDownLatch(1);
    private volatile boolean streams = true;
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile String answer = ONCE;
    private ScriptedUpstream service;
    private Upstreams upstreams;
    private ForwardAuth gate;

    @BeforeAll
    static void keepQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @BeforeEach
    void start() throws Exception {
        service = ScriptedUpstream.playing(this::serve);
        upstreams = new Upstreams(UpstreamLimits.DEFAULTS, LookUp.system(), Duration.ofSeconds(10));
        Upstream verify = Upstream.parse("verify", "http://" + service.endpoint() + "/verify", "/", PATIENT);
        gate = new ForwardAuth(
                        new VerifyClient(upstreams, verify, Secret.of("s3cret")),
                        Duration.ofMinutes(1),
                        StreamChecks.DEFAULTS,
                        clock)
                .listen();
        Eventually.holds(gate::hearsRevocations);
    }

    @AfterEach
    void stop() throws IOException {
        held.countDown();
        silence.countDown();
        gate.close();
        upstreams.close();
        service.close();
        threads.close();
    }

    private void serve(Peer peer) throws IOException, InterruptedException {
        if (peer.asksFor("GET /verify/revocations")) {
            peer.readHead();
            if (!streams) {
                silence.await();
                return;
            }
            peer.send(STREAM);
            String event = HEARTBEAT;
            while (!event.equals(END)) {
                send(peer, event);
                event = Objects.requireNonNullElse(heard.poll(1, TimeUnit.SECONDS), HEARTBEAT);
            }
            return;
        }
        while (peer.readRequest().isPresent()) {
            held.await();
            peer.send(answer);
        }
    }

    private static void send(Peer peer, String event) throws IOException {
        String whole = "event: " + event + "\n\n";
        peer.send(Integer.toHexString(whole.length()) + "\r\n" + whole + "\r\n");
    }

    private String allowed() {
        return "HTTP/1.1 204 No Content\r\nX-User-Id: 42\r\nCache-Control: max-age=60\r\nGateway-Subjects: grant\r\n"
                + "Gateway-Expires: " + clock.instant().plusSeconds(10).getEpochSecond() + "\r\n\r\n";
    }

    private static VerifyRequest request(String token) {
        return new VerifyRequest(
                "POST", "https", "echo.example.com", "/mcp", "192.0.2.7", HeaderList.of("Authorization", token));
    }

    private Future<Verdict> ask(String token) {
        return threads.submit(() -> gate.decide(request(token)));
    }

    /** An answer that was good for others, and counts no more; from now on answers are held. */
    private void haveAskedBefore() {
        answer = allowed();
        assertThat(gate.decide(request("one"))).isInstanceOf(Verdict.Allow.class);
        clock.advance(Duration.ofSeconds(11));
        answer = allowed();
        held = new CountDownLatch(1);
    }

    /** One that asks, and others that wait for it. */
    private List<Future<Verdict>> askAtOnce() throws Exception {
        List<Future<Verdict>> all = new ArrayList<>(List.of(ask("one")));
        Eventually.holds(() -> service.requests().size() == 2);
        for (int i = 0; i < WAITERS; i++) {
            all.add(ask("one"));
        }
        Eventually.holds(() -> gate.waiting() == WAITERS);
        return all;
    }

    private static List<Verdict> verdicts(List<Future<Verdict>> all) throws Exception {
        List<Verdict> verdicts = new ArrayList<>();
        for (Future<Verdict> one : all) {
            verdicts.add(one.get(20, TimeUnit.SECONDS));
        }
        return verdicts;
    }

    /** Waits until the router has heard it. */
    private void tell(String event) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Validity marked = new Validity(Duration.ZERO, Instant.MAX, List.of("marker"));
        try (Admission marker = gate.admit(request("marker"), new Verdict.Allow(HeaderList.EMPTY, marked))) {
            marker.streaming(ended::countDown);
            heard.add(event);
            heard.add("revoked\ndata: marker");
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void assertAsked(int times) {
        assertThat(service.requests()).hasSize(times);
    }

    @Test
    void serveAllThatWait() throws Exception {
        haveAskedBefore();
        List<Future<Verdict>> all = askAtOnce();

        held.countDown();

        assertThat(verdicts(all)).hasOnlyElementsOfType(Verdict.Allow.class);
        assertAsked(2);
        assertThat(gate.reusedAnswers()).isEqualTo(WAITERS);
        assertThat(gate.waiting()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {DENIED, ONCE, "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n", "nonsense\r\n\r\n"})
    void shareNothingElse(String other) throws Exception {
        haveAskedBefore();
        List<Future<Verdict>> all = askAtOnce();
        Class<?> expected = other.equals(DENIED)
                ? Verdict.Deny.class
                : other.equals(ONCE) ? Verdict.Allow.class : Verdict.Unavailable.class;

        answer = other;
        held.countDown();

        assertThat(verdicts(all)).hasOnlyElementsOfType(expected);
        assertAsked(2 + WAITERS);
        assertThat(gate.reusedAnswers()).isZero();
    }

    @Test
    void shareNothingThatIsRevokedMeanwhile() throws Exception {
        haveAskedBefore();
        List<Future<Verdict>> all = askAtOnce();

        tell("revoked\ndata: grant");
        held.countDown();

        assertThat(verdicts(all)).hasOnlyElementsOfType(Verdict.Unavailable.class);
        assertAsked(2 + WAITERS);
    }

    @Test
    void shareNothingThatWasAskedBeforeAFlush() throws Exception {
        haveAskedBefore();
        List<Future<Verdict>> all = askAtOnce();

        tell("flush\ndata:");
        held.countDown();

        assertThat(verdicts(all)).hasOnlyElementsOfType(Verdict.Allow.class);
        assertThat(service.requests()).hasSizeGreaterThan(2); // one of those who ask again may serve the other
    }

    @Test
    void shareNothingOnceTheStreamIsLost() throws Exception {
        haveAskedBefore();
        List<Future<Verdict>> all = askAtOnce();

        streams = false;
        heard.add(END);
        Eventually.holds(() -> !gate.hearsRevocations());
        held.countDown();

        assertThat(verdicts(all)).hasOnlyElementsOfType(Verdict.Allow.class);
        assertAsked(2 + WAITERS);
    }

    @Test
    void areNotWaitedForWhileTheStreamIsLost() throws Exception {
        haveAskedBefore();
        streams = false;
        heard.add(END);
        Eventually.holds(() -> !gate.hearsRevocations());

        List<Future<Verdict>> all = List.of(ask("one"), ask("one"));

        Eventually.holds(() -> service.requests().size() == 3);
        held.countDown();
        assertThat(verdicts(all)).hasOnlyElementsOfType(Verdict.Allow.class);
    }

    /** Whoever brings made-up tokens makes nobody wait. */
    @Test
    void areNotWaitedForTheFirstTime() throws Exception {
        answer = allowed();
        held = new CountDownLatch(1);

        List<Future<Verdict>> all = List.of(ask("one"), ask("one"));

        Eventually.holds(() -> service.requests().size() == 2);
        held.countDown();
        assertThat(verdicts(all)).hasOnlyElementsOfType(Verdict.Allow.class);
    }

    @Test
    void areNotWaitedForAfterARefusal() throws Exception {
        haveAskedBefore();
        answer = DENIED;
        held.countDown();
        assertThat(gate.decide(request("one"))).isInstanceOf(Verdict.Deny.class);
        held = new CountDownLatch(1);

        List<Future<Verdict>> all = List.of(ask("one"), ask("one"));

        Eventually.holds(() -> service.requests().size() == 4);
        held.countDown();
        assertThat(verdicts(all)).hasOnlyElementsOfType(Verdict.Deny.class);
    }

    @Test
    void areNotWaitedForByOthers() throws Exception {
        haveAskedBefore();
        List<Future<Verdict>> _ = askAtOnce();

        Future<Verdict> other = ask("two");

        Eventually.holds(() -> service.requests().size() == 3);
        held.countDown();
        assertThat(other.get(20, TimeUnit.SECONDS)).isInstanceOf(Verdict.Allow.class);
    }

    /** As happens when its client leaves. */
    @Test
    void areNotWaitedForByAThreadThatIsInterrupted() throws Exception {
        haveAskedBefore();
        Future<Verdict> _ = ask("one");
        Eventually.holds(() -> service.requests().size() == 2);
        CountDownLatch refused = new CountDownLatch(1);
        Thread waiter = Thread.ofVirtual().start(() -> {
            if (gate.decide(request("one")) instanceof Verdict.Unavailable) {
                refused.countDown();
            }
        });
        Eventually.holds(() -> gate.waiting() == 1);

        waiter.interrupt();

        assertThat(refused.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(gate.waiting()).isZero();
    }
}
