package dev.mcpgateway.oracle.observe;

import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** What happened in this process in the last hour, minute by minute. Of a fixed size. Thread-safe. */
public final class ActivityHistory {
    /** How many minutes are kept, the running one included. */
    public static final int MINUTES = 60;

    private final Clock clock;
    private final Slot[] slots = new Slot[MINUTES];

    /** What is counted. */
    public enum Kind {
        SIGN_IN,
        TOKEN,
        VERIFY
    }

    /** What became of it. */
    enum Outcome {
        GOOD,
        REFUSED,
        FAILED
    }

    /**
     * One minute of one kind.
     *
     * @param refused because the gateway does not allow it
     * @param failed because something did not work
     */
    public record Minute(Instant start, long good, long refused, long failed) {
        public long all() {
            return good + refused + failed;
        }
    }

    private static final class Slot {
        private final long minute;
        private final Map<Kind, Map<Outcome, Long>> counts = new EnumMap<>(Kind.class);

        Slot(long minute) {
            this.minute = minute;
        }

        void count(Kind kind, Outcome outcome) {
            counts.computeIfAbsent(kind, _ -> new EnumMap<>(Outcome.class)).merge(outcome, 1L, Long::sum);
        }

        Minute view(Kind kind) {
            Map<Outcome, Long> of = counts.getOrDefault(kind, Map.of());
            return new Minute(
                    Instant.ofEpochSecond(minute * 60),
                    of.getOrDefault(Outcome.GOOD, 0L),
                    of.getOrDefault(Outcome.REFUSED, 0L),
                    of.getOrDefault(Outcome.FAILED, 0L));
        }
    }

    public ActivityHistory(Clock clock) {
        this.clock = clock;
    }

    void count(Kind kind, Outcome outcome) {
        long minute = minute();
        synchronized (this) {
            slot(minute).count(kind, outcome);
        }
    }

    /** Oldest first, quiet minutes included. */
    public synchronized List<Minute> minutes(Kind kind) {
        long now = minute();
        return LongStream.rangeClosed(now - MINUTES + 1, now)
                .mapToObj(minute -> slot(minute).view(kind))
                .toList();
    }

    private Slot slot(long minute) {
        int place = (int) (minute % MINUTES);
        if (slots[place] == null || slots[place].minute != minute) {
            slots[place] = new Slot(minute);
        }
        return slots[place];
    }

    private long minute() {
        return clock.instant().getEpochSecond() / 60;
    }
}
