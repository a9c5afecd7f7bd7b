package dev.mcpgateway.router.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.HeaderList;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a whole router shows is in {@code StreamLifetimeTest}; here events fall into the middle of others. */
@Timeout(20)
class AdmissionsTest {
    private static final VerifyRequest QUESTION =
            new VerifyRequest("GET", "https", "echo.example.com", "/mcp", "192.0.2.7", HeaderList.EMPTY);
    private static final Verdict DENIED = new Verdict.Deny(401, HeaderList.EMPTY, new byte[0]);

    private final CountDownLatch ended = new CountDownLatch(1);

    private static Verdict.Allow allowed(String... subjects) {
        return new Verdict.Allow(HeaderList.EMPTY, new Validity(Duration.ZERO, Instant.MAX, List.of(subjects)));
    }

    private static Admissions admissions(Function<VerifyRequest, Verdict> verify) {
        Admissions admissions = new Admissions(verify, StreamChecks.DEFAULTS, Duration.ofSeconds(5), Clock.systemUTC());
        admissions.connected();
        admissions.watch();
        return admissions;
    }

    private boolean isEnded() throws InterruptedException {
        return ended.await(5, TimeUnit.SECONDS);
    }

    @Test
    void asksAgainWhenAFlushComesWhileVerifyIsAsked() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger questions = new AtomicInteger();
        try (Admissions admissions = admissions(_ -> {
                    if (questions.incrementAndGet() > 1) {
                        return DENIED;
                    }
                    asked.countDown();
                    await(answer);
                    return allowed();
                });
                Admission stream = admissions.admit(QUESTION, allowed().validity())) {
            stream.streaming(ended::countDown);
            admissions.flush();
            asked.await();
            admissions.flush();
            answer.countDown();

            assertThat(isEnded()).isTrue();
            assertThat(questions).hasValue(2);
        }
    }

    @Test
    void endsAStreamWhoseSubjectIsRevokedWhileVerifyIsAskedAgain() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        try (Admissions admissions = admissions(_ -> {
                    asked.countDown();
                    await(answer);
                    return allowed("grant");
                });
                Admission stream = admissions.admit(QUESTION, allowed().validity())) {
            stream.streaming(ended::countDown);
            admissions.flush();
            asked.await();
            admissions.revoked("grant");
            answer.countDown();

            assertThat(isEnded()).isTrue();
        }
    }

    @Test
    void endsAtOnceWhatWasRevokedBeforeItWasAdmitted() throws Exception {
        try (Admissions admissions = admissions(_ -> allowed())) {
            admissions.revoked("token");
            try (Admission late = admissions.admit(QUESTION, allowed("token").validity())) {
                late.streaming(ended::countDown);

                assertThat(isEnded()).isTrue();
                assertThat(admissions.streams()).isZero();
            }
        }
    }

    @Test
    void forgetsWhatIsOver() {
        try (Admissions admissions = admissions(_ -> allowed())) {
            try (Admission stream = admissions.admit(QUESTION, allowed().validity())) {
                stream.streaming(() -> {});
                assertThat(admissions.streams()).isOne();
            }
            assertThat(admissions.streams()).isZero();
        }
    }

    @Test
    void goesOnWhenVerifyAnswersThatItIsAskedTooOften() {
        CountDownLatch asked = new CountDownLatch(1);
        try (Admissions admissions = admissions(_ -> {
                    asked.countDown();
                    return new Verdict.Deny(429, HeaderList.EMPTY, new byte[0]);
                });
                Admission stream = admissions.admit(QUESTION, allowed().validity())) {
            stream.streaming(ended::countDown);
            admissions.flush();
            await(asked);

            assertThat(admissions.streams()).isOne();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void asksAgainAboutWhatWasFlushedBetweenItsAnswerAndItsAdmission() throws Exception {
        try (Admissions admissions = admissions(_ -> DENIED)) {
            Validity answer = allowed().validity();
            admissions.flush();
            try (Admission late = admissions.admit(QUESTION, answer)) {
                late.streaming(ended::countDown);

                assertThat(isEnded()).isTrue();
            }
        }
    }
}
