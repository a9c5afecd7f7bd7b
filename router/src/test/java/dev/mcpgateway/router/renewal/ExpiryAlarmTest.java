package dev.mcpgateway.router.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ExpiryAlarmTest {
    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void isRaisedOnceEachAtTwentySevenAndOneDaysAndAtTheEnd() {
        assertThat(alarms(new ExpiryAlarm(), START, Duration.ofDays(90)))
                .containsExactly("WARNING PT480H left", "WARNING PT168H left", "ERROR PT24H left", "ERROR PT0S left");
    }

    @Test
    void comesInTimeForThoseThatLiveForSixDays() {
        assertThat(alarms(new ExpiryAlarm(), START, Duration.ofDays(6)))
                .containsExactly("WARNING PT32H left", "WARNING PT12H left", "ERROR PT4H left", "ERROR PT0S left");
    }

    @Test
    void isNewForANewCertificate() {
        ExpiryAlarm alarm = new ExpiryAlarm();
        alarms(alarm, START, Duration.ofDays(90));

        assertThat(alarms(alarm, START.plus(Duration.ofDays(90)), Duration.ofDays(90)))
                .hasSize(4);
    }

    @Test
    void isNotRaisedBeforeTheRegularRenewal() {
        Duration lifetime = Duration.ofDays(6);
        Instant renewed = START.plusSeconds((long) (lifetime.toSeconds() * (2.0 / 3 + 0.05)));

        assertThat(new ExpiryAlarm().check(START.plus(lifetime), lifetime, renewed))
                .isEmpty();
    }

    private static List<String> alarms(ExpiryAlarm alarm, Instant from, Duration lifetime) {
        TreeMap<Instant, Level> raised = new TreeMap<>();
        for (Instant now = from; !now.isAfter(from.plus(lifetime)); now = now.plus(Duration.ofMinutes(30))) {
            Instant moment = now;
            alarm.check(from.plus(lifetime), lifetime, now).ifPresent(level -> raised.put(moment, level));
        }
        List<String> words = new ArrayList<>();
        raised.forEach((moment, level) ->
                words.add("%s %s left".formatted(level, Duration.between(moment, from.plus(lifetime)))));
        return words;
    }
}
