package dev.mcpgateway.router.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.SettableClock;
import dev.mcpgateway.settings.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private final SettableClock clock = new SettableClock();
    private final RateLimiter limiter = new RateLimiter(new Rate(6, Duration.ofMinutes(1)), 3, clock);

    private int passing(int requests, String client) {
        int passed = 0;
        for (int i = 0; i < requests; i++) {
            passed += limiter.count(client).isZero() ? 1 : 0;
        }
        return passed;
    }

    @Test
    void letsABurstThroughAndThenTheAverage() {
        assertThat(passing(10, "a")).isEqualTo(3);
        assertThat(limiter.count("a")).isEqualTo(Duration.ofSeconds(10));

        clock.advance(Duration.ofMillis(9_999));
        assertThat(passing(10, "a")).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(passing(10, "a")).isEqualTo(1);

        clock.advance(Duration.ofHours(1));
        assertThat(passing(10, "a")).isEqualTo(3);
    }

    @Test
    void countsEachClientForItself() {
        assertThat(passing(5, "a")).isEqualTo(3);
        assertThat(passing(5, "b")).isEqualTo(3);
    }

    @Test
    void forgetsWhoCameLongestAgoRatherThanGrow() {
        passing(3, "first");
        for (int i = 0; i < RateLimiter.MAX_CLIENTS - 1; i++) {
            limiter.count("client " + i);
        }
        assertThat(passing(1, "first")).isZero();

        for (int i = 0; i < RateLimiter.MAX_CLIENTS; i++) {
            limiter.count("other " + i);
        }
        assertThat(passing(5, "first")).isEqualTo(3);
    }
}
