package dev.mcpgateway.router.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.SettableClock;
import dev.mcpgateway.router.upstream.HeaderList;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bounds and times; what counts as an equal request is in {@code VerdictReuseTest}. */
class VerdictCacheTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SettableClock clock = new SettableClock();
    private boolean good = true;
    private final VerdictCache cache = new VerdictCache(MINUTE, _ -> good, clock);

    private static VerifyRequest request(String target) {
        return new VerifyRequest("POST", "https", "echo.example.com", target, "192.0.2.7", HeaderList.EMPTY);
    }

    private static Verdict.Allow allowed(Duration maxAge, Instant expires, long askedNanos) {
        return new Verdict.Allow(
                HeaderList.of("X-User-Id", "42"), new Validity(maxAge, expires, List.of("grant"), askedNanos));
    }

    private static Verdict.Allow allowed() {
        return allowed(MINUTE, Instant.MAX, System.nanoTime());
    }

    @Test
    void holdsABoundedNumber() {
        for (int i = 0; i < 10_000; i++) {
            cache.keep(request("/mcp/" + i), allowed());
        }

        assertThat(cache.size()).isEqualTo(4_096);
        assertThat(cache.find(request("/mcp/0"))).isPresent();
        assertThat(cache.find(request("/mcp/9999"))).isEmpty();
    }

    @Test
    void holdsNoLongQuestions() {
        cache.keep(request("/" + "x".repeat(4_096)), allowed());

        assertThat(cache.size()).isZero();
    }

    @Test
    void isUsedUntilTheTokenExpires() {
        cache.keep(request("/mcp"), allowed(MINUTE, clock.instant().plusSeconds(2), System.nanoTime()));

        clock.advance(Duration.ofMillis(1_999));
        assertThat(cache.find(request("/mcp"))).isPresent();
        clock.advance(Duration.ofMillis(1));
        assertThat(cache.find(request("/mcp"))).isEmpty();
    }

    /** The time counts from the question, and the operator's word is the last one. */
    @Test
    void isUsedNoLongerThanTheOperatorSays() {
        cache.keep(
                request("/mcp"),
                allowed(
                        Duration.ofDays(1),
                        Instant.MAX,
                        System.nanoTime() - MINUTE.plusSeconds(1).toNanos()));

        assertThat(cache.find(request("/mcp"))).isEmpty();
    }

    @Test
    void isNotUsedWhileWhatItRestsOnIsNotKnown() {
        cache.keep(request("/mcp"), allowed());
        good = false;

        assertThat(cache.find(request("/mcp"))).isEmpty();
        assertThat(cache.reused()).isZero();
    }

    @Test
    void remembersThatTheLastAnswerWasKeptUntilOneIsNot() {
        cache.keep(request("/mcp"), allowed(MINUTE, clock.instant().plusSeconds(2), System.nanoTime()));
        clock.advance(Duration.ofSeconds(3));
        assertThat(cache.find(request("/mcp"))).isEmpty();
        assertThat(cache.remembers(request("/mcp"))).isTrue();
        assertThat(cache.remembers(request("/other"))).isFalse();

        cache.keep(request("/mcp"), allowed(Duration.ZERO, Instant.MAX, System.nanoTime()));

        assertThat(cache.remembers(request("/mcp"))).isFalse();
    }

    @Test
    void replacesWhatItHoldsWhereThereIsNoRoom() {
        for (int i = 0; i < 4_096; i++) {
            cache.keep(request("/mcp/" + i), allowed(MINUTE, clock.instant().plusSeconds(2), System.nanoTime()));
        }
        clock.advance(Duration.ofSeconds(3));

        cache.keep(request("/mcp/0"), allowed());

        assertThat(cache.find(request("/mcp/0"))).isPresent();
    }
}
