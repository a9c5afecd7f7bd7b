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

    /** How many times as long as it may be used an answer is remembered at most. */
    private static final int REMEMBERED = 2;

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
        Optional<Verdict.Allow> found =
                Optional.ofNullable(kept.get(question)).filter(verdict -> isUsable(verdict.validity()));
        if (found.isPresent()) {
            reused.increment();
        }
        return found;
    }

    /**
     * Whether the last answer to this question was kept, though it may count no more: then the next one is likely to be
     * kept as well. For a while only, and not for certain.
     */
    boolean remembers(VerifyRequest question) {
        return kept.containsKey(question);
    }

    /** Keeps an answer if it may be used again and there is room; else forgets the one before it. */
    void keep(VerifyRequest question, Verdict.Allow verdict) {
        if (longest.isZero()) {
            return;
        }
        if (verdict.validity().maxAge().isZero()) {
            forget(question);
            return;
        }
        sweepNowAndThen();
        boolean room = kept.size() < MAX_KEPT || kept.containsKey(question);
        if (room && question.length() <= MAX_CHARACTERS) {
            kept.put(question, verdict);
        }
    }

    /** What was kept before is no guide to the next answer. */
    void forget(VerifyRequest question) {
        kept.remove(question);
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
            boolean full = kept.size() >= MAX_KEPT;
            kept.values().removeIf(verdict -> full ? !isUsable(verdict.validity()) : isOld(verdict.validity()));
        }
    }

    private boolean isUsable(Validity validity) {
        return counts(validity) && isGood.test(validity);
    }

    private boolean isOld(Validity validity) {
        return System.nanoTime() - validity.askedNanos() > REMEMBERED * longest.toNanos();
    }
}
