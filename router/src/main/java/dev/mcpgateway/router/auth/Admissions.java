package dev.mcpgateway.router.auth;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What was admitted and is still going on. Streams among it end when the verify service takes back what they rest on,
 * and at the time that it named. While nothing can be heard of that, they are verified again now and then. Thread-safe.
 */
final class Admissions implements RevocationStream.Listener, AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);
    private static final int MAX_CHECKS_AT_ONCE = 32;
    private static final int MAX_REVOKED = 100_000;

    private final Function<VerifyRequest, Verdict> verify;
    private final StreamChecks checks;
    private final Duration memory;
    private final Clock clock;
    private final Set<Admission> running = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> revoked = new ConcurrentHashMap<>();
    private final Semaphore asking = new Semaphore(MAX_CHECKS_AT_ONCE);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean hearing;
    private volatile long lostNanos = System.nanoTime();
    private volatile long flushedNanos = System.nanoTime();

    /**
     * Begins with nothing.
     *
     * @param verify asks about a request; never throws
     * @param memory how long a revocation is remembered: longer than an answer can be under way and in use
     */
    Admissions(Function<VerifyRequest, Verdict> verify, StreamChecks checks, Duration memory, Clock clock) {
        this.verify = verify;
        this.checks = checks;
        this.memory = memory;
        this.clock = clock;
    }

    /** Looks after the streams until it is closed. */
    void watch() {
        Thread.ofVirtual().name("admissions").start(this::tickUntilClosed);
    }

    Admission admit(VerifyRequest question, Validity validity) {
        Admission admission = new Admission(this, question, validity);
        running.add(admission);
        if (isRevoked(validity)) {
            admission.end(); // between verify's answer and now
        } else if (flushedNanos - validity.askedNanos() > 0) {
            admission.doubt(); // what was flushed may be what it rests on
        }
        return admission;
    }

    void forget(Admission admission) {
        running.remove(admission);
    }

    /** Whether an answer rests on what was revoked a moment ago, whoever gave it. */
    boolean isRevoked(Validity validity) {
        return revoked.size() >= MAX_REVOKED || validity.subjects().stream().anyMatch(revoked::containsKey);
    }

    /** Whether everything has been heard since the question, and nothing of it ends the answer. */
    boolean isGood(Validity validity) {
        return hearing && validity.askedNanos() - flushedNanos > 0 && !isRevoked(validity);
    }

    /** Whether revocations are heard of at once. */
    boolean isHearing() {
        return hearing;
    }

    /** Streams that are open now. */
    long streams() {
        return running.stream().filter(Admission::isStreaming).count();
    }

    @Override
    public void connected() {
        flush(); // nobody knows what was missed
        hearing = true;
    }

    @Override
    public void lost() {
        lostNanos = System.nanoTime();
        hearing = false;
    }

    @Override
    public void revoked(String handle) {
        revoked.put(handle, System.nanoTime());
        running.stream().filter(admission -> admission.restsOn(handle)).forEach(Admission::end);
    }

    @Override
    public void flush() {
        flushedNanos = System.nanoTime(); // before, because whoever is admitted from now on looks at it
        running.forEach(Admission::doubt);
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void tickUntilClosed() {
        try {
            while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                revoked.values().removeIf(since -> System.nanoTime() - since > memory.toNanos());
                running.stream().filter(Admission::isStreaming).forEach(this::look);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }

    private void look(Admission stream) {
        if (!hearing && isOld(stream)) {
            stream.doubt();
        }
        if (stream.isExpired(clock.instant()) || stream.doubtful().compareTo(checks.grace()) > 0) {
            stream.end();
        } else if (stream.claimCheck(PAUSE_AFTER_FAILURE)) {
            Thread.ofVirtual().name("stream-check").start(() -> check(stream));
        }
    }

    private boolean isOld(Admission stream) {
        long since = stream.askedNanos() - lostNanos > 0 ? stream.askedNanos() : lostNanos;
        return System.nanoTime() - since > checks.interval().toNanos();
    }

    private void check(Admission stream) {
        asking.acquireUninterruptibly();
        try {
            switch (verify.apply(stream.question())) {
                case Verdict.Allow(var _, var validity) -> {
                    stream.renew(validity);
                    if (isRevoked(validity)) {
                        stream.end(); // asked after, because from now on revoked() finds it
                    }
                }
                case Verdict.Deny(var status, var _, var _)
                when status == VerifyClient.TOO_MANY -> stream.remainDoubtful();
                case Verdict.Deny _ -> stream.end();
                case Verdict.Unavailable _ -> stream.remainDoubtful();
            }
        } finally {
            asking.release();
        }
    }
}
