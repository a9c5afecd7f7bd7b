package dev.mcpgateway.router.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.upstream.Eventually;
import dev.mcpgateway.router.upstream.HeaderList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bounds; what is shared is in {@link SharedQuestionsTest}. */
@Timeout(30)
class QuestionsUnderWayTest {
    private static final VerifyRequest QUESTION =
            new VerifyRequest("POST", "https", "echo.example.com", "/mcp", "", HeaderList.EMPTY);
    private static final Verdict FIRST = new Verdict.Unavailable("first");
    private static final Verdict OTHER = new Verdict.Unavailable("other");

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void stop() {
        held.countDown();
        threads.close();
    }

    private Verdict first() {
        try {
            held.await();
            return FIRST;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Verdict wait(QuestionsUnderWay questions) {
        return questions.answer(QUESTION, Optional::empty, () -> OTHER);
    }

    @Test
    void areWaitedForNoLongerThanAnAnswerMayTake() throws Exception {
        var questions = new QuestionsUnderWay(Duration.ofMillis(20));
        Future<Verdict> asking = threads.submit(() -> questions.answer(QUESTION, Optional::empty, this::first));
        Eventually.holds(() -> questions.size() == 1);

        assertThat(wait(questions)).isEqualTo(OTHER);

        assertThat(asking.isDone()).isFalse();
        assertThat(questions.waiting()).isZero();
        held.countDown();
        assertThat(asking.get()).isEqualTo(FIRST);
    }

    @Test
    void haveNoMoreWaitersThanRequestsAndNoneInTheEnd() throws Exception {
        var questions = new QuestionsUnderWay(Duration.ofMinutes(1));
        Future<Verdict> _ = threads.submit(() -> questions.answer(QUESTION, Optional::empty, this::first));
        Eventually.holds(() -> questions.size() == 1);
        List<Future<Verdict>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(threads.submit(() -> wait(questions)));
        }
        Eventually.holds(() -> questions.waiting() == 100);
        assertThat(questions.size()).isEqualTo(1);

        held.countDown();

        for (Future<Verdict> one : all) {
            assertThat(one.get()).isEqualTo(OTHER);
        }
        assertThat(questions.waiting()).isZero();
        Eventually.holds(() -> questions.size() == 0);
    }

    @Test
    void leaveNobodyWaitingWhenAskingFails() {
        var questions = new QuestionsUnderWay(Duration.ofMinutes(1));

        assertThatThrownBy(() -> questions.answer(QUESTION, Optional::empty, () -> {
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(questions.size()).isZero();
        assertThat(wait(questions)).isEqualTo(OTHER);
    }
}
