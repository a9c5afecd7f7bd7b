package dev.mcpgateway.router.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.SettableClock;
import dev.mcpgateway.router.renewal.OrderException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LedgerTest {
    private static final String A = "a.example.com";
    private static final String B = "b.example.com";
    private static final String C = "c.example.com";
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private Ledger ledger;

    @BeforeEach
    void open() throws IOException {
        ledger = reopened();
    }

    @Test
    void anAttemptWhoseEndNobodyKnowsCountsAfterARestart() throws IOException {
        ledger.begin(A, DAY);

        assertThat(wait(reopened(), A)).isBetween(HOUR, HOUR.plusMinutes(6));
        assertThat(wait(reopened(), B)).isZero();
    }

    @Test
    void isForItsOwnerAlone() throws IOException {
        ledger.begin(A, DAY);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(Ledger.FILE))))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void anOrderThatSucceededIsNotRepeatedWithinAnHour() throws IOException {
        ledger.begin(A, DAY);
        ledger.succeeded(A);

        assertThat(wait(reopened(), A)).isEqualTo(HOUR);
    }

    @Test
    void failuresBackOffFromAnHourToADay() throws IOException {
        for (int hours : new int[] {1, 2, 4, 8, 16, 24, 24}) {
            ledger.begin(A, DAY);
            fail(A, Reason.NOT_PROVEN, Optional.empty());

            Duration pause = wait(reopened(), A);
            assertThat(pause).isBetween(Duration.ofHours(hours), Duration.ofMinutes(hours * 66L));
            clock.advance(pause);
        }
    }

    @Test
    void shortLivedOnesAreTriedMoreOften() throws IOException {
        for (int i = 0; i < 6; i++) {
            ledger.begin(A, Duration.ofHours(2));
            fail(A, Reason.REFUSED, Optional.empty());
            clock.advance(wait(ledger, A));
        }
        ledger.begin(A, Duration.ofHours(2));

        assertThat(wait(ledger, A)).isBetween(Duration.ofHours(2), Duration.ofMinutes(132));
    }

    @Test
    void successEndsTheBackOff() throws IOException {
        ledger.begin(A, DAY);
        fail(A, Reason.NOT_PROVEN, Optional.empty());
        clock.advance(Duration.ofHours(2));
        ledger.begin(A, DAY);
        ledger.succeeded(A);
        clock.advance(HOUR);

        ledger.begin(A, DAY);

        assertThat(wait(ledger, A)).isLessThan(Duration.ofHours(2));
    }

    @Test
    void whatTheAuthoritySaidCountsLongerThanTheBackOff() throws IOException {
        ledger.begin(A, DAY);
        fail(A, Reason.RATE_LIMITED, Optional.of(clock.instant().plus(Duration.ofHours(30))));

        assertThat(wait(reopened(), A)).isEqualTo(Duration.ofHours(30));
        assertThat(reopened().refusedUntil(A)).contains(clock.instant().plus(Duration.ofHours(30)));
        assertThat(wait(reopened(), B)).isZero();
    }

    @Test
    void aRefusalWithoutEndIsCutAfterEightDays() throws IOException {
        ledger.begin(A, DAY);
        fail(A, Reason.RATE_LIMITED, Optional.of(Instant.parse("2999-01-01T00:00:00Z")));

        assertThat(wait(reopened(), A)).isEqualTo(Duration.ofDays(8));
    }

    @Test
    void rateLimitedWithoutTimeWaitsThreeHours() throws IOException {
        ledger.begin(A, DAY);
        fail(A, Reason.RATE_LIMITED, Optional.empty());

        assertThat(wait(reopened(), A)).isEqualTo(Duration.ofHours(3));
        assertThat(reopened().refusedUntil(A)).isEmpty();
    }

    @Test
    void twoRateLimitedInARowStopAll() throws IOException {
        Optional<Instant> until = Optional.of(clock.instant().plus(Duration.ofHours(5)));
        ledger.begin(A, DAY);
        fail(A, Reason.RATE_LIMITED, until);
        ledger.begin(B, DAY);
        fail(B, Reason.RATE_LIMITED, until);

        assertThat(wait(reopened(), C)).isEqualTo(Duration.ofHours(5));
        assertThat(reopened().refusedUntil(C)).isEqualTo(until);
    }

    @Test
    void anAuthorityThatDoesNotAnswerIsLeftAloneByAllForMinutesAndRetriedWithinSixHours() throws IOException {
        for (int i = 0; i < 8; i++) {
            ledger.begin(A, DAY);
            fail(A, Reason.UNREACHABLE, Optional.empty());
            assertThat(wait(reopened(), B)).isEqualTo(Duration.ofMinutes(10));
            assertThat(wait(reopened(), A)).isBetween(HOUR, Duration.ofMinutes(396));
            clock.advance(wait(reopened(), A));
        }
    }

    @Test
    void ordersOfAMinuteAreBounded() throws IOException {
        Ledger two = new Ledger(folder, "https://ca.example/directory", 2, clock);
        two.begin(A, DAY);
        clock.advance(Duration.ofSeconds(20));
        two.begin(B, DAY);

        assertThat(two.freeFrom()).isEqualTo(clock.instant().plusSeconds(40));
        clock.advance(Duration.ofSeconds(40));
        assertThat(two.freeFrom()).isBeforeOrEqualTo(clock.instant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"version\":2,\"authorities\":{}}",
                "{\"version\":1,\"authorities\":{\"x\":{}}}",
                "{\"version\":1,\"authorities\":{\"x\":{\"certificates\":{\"a\":{\"attempts\":[1],\"tries\":0,\"problem\":\"\"}}}}}",
                "\u0000\u00ff"
            })
    void garbageIsSetAsideAndStopsNothing(String garbage) throws IOException {
        Files.writeString(folder.resolve(Ledger.FILE), garbage);

        Ledger opened = reopened();
        opened.begin(A, DAY);

        assertThat(folder.resolve("ledger.json.damaged")).hasContent(garbage);
        assertThat(wait(reopened(), A)).isPositive();
    }

    @Test
    void anAttemptThatCannotBeWrittenDownIsNotCountedAndSaysSo() throws IOException {
        Path obstacle = folder.resolve("ledger.json.new/obstacle");
        Files.createDirectories(obstacle);

        assertThatThrownBy(() -> ledger.begin(A, DAY)).isInstanceOf(IOException.class);

        assertThat(wait(ledger, A)).isZero();
        Files.delete(obstacle);
        ledger.begin(A, DAY);
        assertThat(wait(reopened(), A)).isPositive();
    }

    @Test
    void aWrongClockOfThePastDoesNotStopOrdersForYears() throws IOException {
        Instant now = clock.instant();
        clock.set(Instant.parse("2040-01-01T00:00:00Z"));
        ledger.begin(A, DAY);
        fail(A, Reason.RATE_LIMITED, Optional.of(clock.instant().plus(DAY)));
        clock.set(now);

        assertThat(wait(reopened(), A)).isZero();
    }

    @Test
    void anotherAuthorityStartsAfreshAndKnowsWhatIsNotItsOwn() throws IOException {
        ledger.begin(A, DAY);
        ledger.succeeded(A);
        Ledger production = new Ledger(folder, "https://production.example/directory", 10, clock);
        production.load();

        assertThat(wait(production, A)).isZero();
        assertThat(production.isFromAnother(A)).isTrue();
        assertThat(production.isFromAnother(B)).isFalse();

        clock.advance(Duration.ofSeconds(1));
        production.begin(A, DAY);
        production.succeeded(A);
        assertThat(production.isFromAnother(A)).isFalse();
        assertThat(reopened().isFromAnother(A)).isTrue();
        ledger.load();
        assertThat(ledger.isFromAnother(A)).as("a router that runs on").isFalse();
    }

    private void fail(String name, Reason reason, Optional<Instant> retryAfter) throws IOException {
        ledger.failed(name, new OrderException(reason, "words", retryAfter, null));
    }

    private Ledger reopened() throws IOException {
        Ledger opened = new Ledger(folder, "https://ca.example/directory", 10, clock);
        opened.load();
        return opened;
    }

    private Duration wait(Ledger ledger, String name) {
        Instant from = ledger.allowedFrom(name);
        return from.isAfter(clock.instant()) ? Duration.between(clock.instant(), from) : Duration.ZERO;
    }
}
