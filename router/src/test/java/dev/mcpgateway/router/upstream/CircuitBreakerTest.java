package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mcpgateway.router.upstream.Balancing.Ejection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CircuitBreakerTest {
    private static final Ejection RULES =
            new Ejection(3, Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(10));

    private long now = Long.MAX_VALUE - 1_000; // the clock may wrap around
    private final CircuitBreaker breaker = new CircuitBreaker(RULES, () -> now);

    @Test
    void opensAfterFailuresInARow() {
        assertThat(breaker.failed()).isFalse();
        assertThat(breaker.failed()).isFalse();
        breaker.succeeded();
        assertThat(breaker.failed()).isFalse();
        assertThat(breaker.failed()).isFalse();
        assertThat(breaker.admits()).isTrue();

        assertThat(breaker.failed()).isTrue();

        assertThat(breaker.admits()).isFalse();
        assertThat(breaker.tryEnter()).isFalse();
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void letsOneRequestTryAfterItsTime() {
        eject();
        pass(Duration.ofMillis(4999));
        assertThat(breaker.admits()).isFalse();

        pass(Duration.ofMillis(1));

        assertThat(breaker.tryEnter()).isTrue();
        assertThat(breaker.tryEnter()).isFalse();
        pass(Duration.ofSeconds(5));
        assertThat(breaker.tryEnter()).isTrue();
    }

    @Test
    void waitsLongerEachTimeUpToAMaximum() {
        eject();
        for (int seconds : new int[] {5, 10, 15, 15, 15}) {
            pass(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(breaker.admits()).isFalse();
            pass(Duration.ofNanos(1));
            assertThat(breaker.tryEnter()).isTrue();
            breaker.failed();
        }
    }

    @Test
    void returnsSlowlyAfterTheFirstAnswer() {
        eject();
        pass(Duration.ofSeconds(5));
        assertThat(breaker.tryEnter()).isTrue();

        assertThat(breaker.succeeded()).isTrue();

        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.share()).isEqualTo(0.1);
        pass(Duration.ofSeconds(5));
        assertThat(breaker.share()).isEqualTo(0.5, within(1e-9));
        pass(Duration.ofSeconds(5));
        assertThat(breaker.share()).isEqualTo(1);
    }

    @Test
    void opensAtOnceWhenTheReturnFails() {
        eject();
        pass(Duration.ofSeconds(5));
        breaker.succeeded();

        assertThat(breaker.failed()).isTrue();

        pass(Duration.ofMillis(9999));
        assertThat(breaker.admits()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(breaker.admits()).isTrue();
    }

    @Test
    void forgetsAllOnceItHasReturned() {
        eject();
        pass(Duration.ofSeconds(5));
        breaker.succeeded();
        pass(Duration.ofSeconds(10));
        breaker.succeeded();

        eject();

        pass(Duration.ofSeconds(5));
        assertThat(breaker.admits()).isTrue();
    }

    private void eject() {
        for (int i = 0; i < RULES.after(); i++) {
            breaker.failed();
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
