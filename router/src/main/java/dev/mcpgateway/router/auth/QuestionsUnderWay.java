package dev.mcpgateway.router.auth;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Questions that are being put, so that equal ones wait for their answer instead of being put as well. Whoever waits is
 * the thread of a request: there are never more of them than requests, and nothing is queued. Thread-safe.
 */
final class QuestionsUnderWay {
    private final Duration longestWait;
    private final Map<VerifyRequest, CountDownLatch> underWay = new ConcurrentHashMap<>();
    private final LongAdder waiting = new LongAdder();

    /** @param longestWait after which a request gives up waiting */
    QuestionsUnderWay(Duration longestWait) {
        this.longestWait = longestWait;
    }

    /**
     * What was found, at once or after waiting for whoever puts an equal question now; else puts it.
     *
     * @param find looks for an answer that may be used for this request; it is asked again after waiting
     * @param ask puts the question, and makes its answer be found if it may be used for others
     */
    Verdict answer(VerifyRequest question, Supplier<Optional<Verdict.Allow>> find, Supplier<Verdict> ask) {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch earlier = underWay.putIfAbsent(question, answered);
        if (earlier != null) {
            await(earlier);
            return findElse(find, ask);
        }
        try {
            return findElse(find, ask); // the one before may have ended just now
        } finally {
            underWay.remove(question);
            answered.countDown();
        }
    }

    /** How many requests wait. */
    long waiting() {
        return waiting.sum();
    }

    /** How many questions are being put that others would wait for. */
    int size() {
        return underWay.size();
    }

    private static Verdict findElse(Supplier<Optional<Verdict.Allow>> find, Supplier<Verdict> ask) {
        Optional<Verdict.Allow> found = find.get();
        return found.isPresent() ? found.get() : ask.get();
    }

    private void await(CountDownLatch earlier) {
        waiting.increment();
        try {
            boolean _ = earlier.await(longestWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the client has left; asking ends at once then
        } finally {
            waiting.decrement();
        }
    }
}
