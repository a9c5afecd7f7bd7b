package dev.mcpgateway.router.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.certificate.TestAuthority;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RenewalTimeTest {
    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    @ParameterizedTest
    @ValueSource(longs = {1, 24, 6 * 24, 47 * 24, 90 * 24})
    void isAtTwoThirdsOfTheLifetimeGiveOrTakeAnEighteenth(long hours) {
        Duration lifetime = Duration.ofHours(hours);
        Set<Instant> moments = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            RenewalTime time = time(lifetime);
            moments.add(time.regular());
            double share = (double) Duration.between(START, time.regular()).toMillis() / lifetime.toMillis();
            assertThat(share).isBetween(2.0 / 3 - 0.0501, 2.0 / 3 + 0.0501);
        }
        assertThat(moments).hasSizeGreaterThan(15);
    }

    @Test
    void allRoutersComeToTheSameMoment() {
        var certificate = TestAuthority.issue(List.of("a.example.com"), START, Duration.ofDays(90))
                .certificate();
        RenewalWindow window = new RenewalWindow(START, START.plus(Duration.ofDays(2)), START);

        assertThat(new RenewalTime(certificate).regular()).isEqualTo(new RenewalTime(certificate).regular());
        assertThat(new RenewalTime(certificate).suggested(window))
                .isEqualTo(new RenewalTime(certificate).suggested(window));
    }

    @Test
    void aSuggestedWindowIsUsedAllOverAndOncePerWindow() {
        Instant start = START.plus(Duration.ofDays(10));
        RenewalWindow window = new RenewalWindow(start, start.plus(Duration.ofDays(2)), START);
        Set<Integer> quarters = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            Instant moment = time(Duration.ofDays(90)).suggested(window);
            assertThat(moment).isBetween(window.start(), window.end());
            quarters.add((int) (Duration.between(start, moment).toHours() / 12));
        }
        assertThat(quarters).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void aWindowThatComesTooLateDoesNotLetTheCertificateExpire() {
        Duration lifetime = Duration.ofDays(6);
        Instant late = START.plus(lifetime).minusSeconds(60);

        assertThat(time(lifetime).suggested(new RenewalWindow(late, late.plusSeconds(30), START)))
                .isEqualTo(START.plus(Duration.ofHours(108)));
        assertThat(time(lifetime).suggested(new RenewalWindow(late, late, START)))
                .isEqualTo(START.plus(Duration.ofHours(108)));
    }

    @Test
    void aWindowInThePastMeansNow() {
        RenewalWindow past = new RenewalWindow(START.minusSeconds(100), START.minusSeconds(10), START);

        assertThat(time(Duration.ofDays(90)).suggested(past)).isBefore(START);
    }

    @Test
    void theAuthorityIsAskedAgainBetweenAMinuteAndADayLater() {
        RenewalTime time = time(Duration.ofDays(90));

        assertThat(time.askAgain(asking(START.minusSeconds(5)), START)).isEqualTo(START.plusSeconds(60));
        assertThat(time.askAgain(asking(START.plusSeconds(7200)), START)).isEqualTo(START.plusSeconds(7200));
        assertThat(time.askAgain(asking(START.plus(Duration.ofDays(9))), START))
                .isEqualTo(START.plus(Duration.ofDays(1)));
        assertThat(time.askAfterFailure(START)).isEqualTo(START.plus(Duration.ofHours(6)));
    }

    @Test
    void aCertificateOfADayIsAskedAboutMoreOften() {
        RenewalTime time = time(Duration.ofDays(1));

        assertThat(time.askAgain(asking(START.plus(Duration.ofDays(9))), START))
                .isEqualTo(START.plus(Duration.ofHours(2)));
        assertThat(time.askAfterFailure(START)).isEqualTo(START.plus(Duration.ofHours(2)));
    }

    private static RenewalWindow asking(Instant again) {
        return new RenewalWindow(START, START.plusSeconds(10), again);
    }

    private static RenewalTime time(Duration lifetime) {
        return new RenewalTime(
                TestAuthority.issue(List.of("a.example.com"), START, lifetime).certificate());
    }
}
