package dev.mcpgateway.router.auth;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * Allowing answers that the verify service lets us use again. One is used until the earliest of its {@code max-age},
 * its {@code Gateway-Expires} and anything that ends it before: a revocation, a flush, or that nothing is heard of
 * either. Refusals are never kept, so strangers put nothing here. Thread-safe.
 */
final class VerdictCache {
    /** With {@link #MAX_CHARACTERS} 16 MB at the very most; beyond, verify is asked each time. */
    private static final int MAX_KEPT = 4_096;

    private static final int MAX_CHARACTERS = 4_096;
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

    private final Duration longest;
    private final Predicate<Validity> isGood;
    private final Clock clock;
    private final Map<VerifyRequest, Verdict.Allow> kept = new ConcurrentHashMap<>();
    private final AtomicLong sweptNanos = new AtomicLong(System.nanoTime());
    private final LongAdder reused = new LongAdder();

    /**
     * An empty one.
     *
     * @param longest an answer is used no longer than this, whatever it says; zero to keep none
     * @param isGood whether what an answer rests on is known to be as it was when verify was asked
     */
    VerdictCache(Duration longest, Predicate<Validity> isGood, Clock clock) {
        this.longest = longest;
        this.isGood = isGood;
        this.clock = clock;
    }

    /**
     * The answer that was kept, if it still counts.
     *
     * @param question as {@link VerifyRequest#question} has it
     */
    Optional<Verdict.Allow> find(VerifyRequest question) {
        if (longest.isZero()) {
            return Optional.empty();
        }
        Optional<Verdict.Allow> found = Optional.ofNullable(kept.get(question))
                .filter(verdict -> counts(verdict.validity()) && isGood.test(verdict.validity()));
        if (found.isPresent()) {
            reused.increment();
        }
        return found;
    }

    /** Keeps an answer if it may be used again and there is room. */
    void keep(VerifyRequest question, Verdict.Allow verdict) {
        if (longest.isZero() || verdict.validity().maxAge().isZero()) {
            return;
        }
        sweepNowAndThen();
        if (kept.size() < MAX_KEPT && question.length() <= MAX_CHARACTERS) {
            kept.put(question, verdict);
        }
    }

    /** How many requests passed without a question to verify. */
    long reused() {
        return reused.sum();
    }

    /** How many answers are kept, good or not any more. */
    int size() {
        return kept.size();
    }

    private boolean counts(Validity validity) {
        Duration age = Duration.ofNanos(System.nanoTime() - validity.askedNanos());
        return age.compareTo(validity.maxAge()) < 0
                && age.compareTo(longest) < 0
                && validity.expires().isAfter(clock.instant());
    }

    private void sweepNowAndThen() {
        long before = sweptNanos.get();
        long now = System.nanoTime();
        if (now - before > SWEEP_INTERVAL.toNanos() && sweptNanos.compareAndSet(before, now)) {
            kept.values().removeIf(verdict -> !counts(verdict.validity()) || !isGood.test(verdict.validity()));
        }
    }
}
