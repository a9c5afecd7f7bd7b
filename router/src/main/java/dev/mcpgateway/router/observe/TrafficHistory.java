package dev.mcpgateway.router.observe;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/** What came in the last hour, minute by minute, for the status page. Of a fixed size. Thread-safe. */
public final class TrafficHistory implements Observed.Observer {
    /** How many minutes are kept, the running one included. */
    static final int MINUTES = 60;

    private static final int SAMPLES = 512;
    private static final int SERVER_ERROR = 500;
    private static final int CLIENT_ERROR = 400;

    private final Clock clock;
    private final Slot[] slots = new Slot[MINUTES];

    /**
     * One minute.
     *
     * @param good answers below 400
     * @param refused answers from 400 to 499
     * @param failed answers from 500, and clients that left before theirs
     * @param median time to the first byte of the upstream's answer
     * @param slowest of 95 in 100
     */
    record Minute(Instant start, long good, long refused, long failed, Duration median, Duration slowest) {
        long all() {
            return good + refused + failed;
        }
    }

    /** The counts of one minute, with a fair sample of its times. */
    private static final class Slot {
        private final long minute;
        private final long[] counts = new long[3];
        private final long[] nanos = new long[SAMPLES];
        private long timed;

        Slot(long minute) {
            this.minute = minute;
        }

        void count(int status) {
            int kind = status == 0 || status >= SERVER_ERROR ? 2 : status >= CLIENT_ERROR ? 1 : 0;
            counts[kind]++;
        }

        void time(long value) {
            timed++;
            int place = timed <= SAMPLES
                    ? (int) timed - 1
                    : (int) ThreadLocalRandom.current().nextLong(timed);
            if (place < SAMPLES) {
                nanos[place] = value;
            }
        }

        Minute view() {
            long[] sorted = Arrays.copyOf(nanos, (int) Math.min(timed, SAMPLES));
            Arrays.sort(sorted);
            return new Minute(
                    Instant.ofEpochSecond(minute * 60),
                    counts[0],
                    counts[1],
                    counts[2],
                    quantile(sorted, 50),
                    quantile(sorted, 95));
        }

        private static Duration quantile(long[] sorted, int percent) {
            return sorted.length == 0 ? Duration.ZERO : Duration.ofNanos(sorted[(sorted.length - 1) * percent / 100]);
        }
    }

    public TrafficHistory(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void over(ClientExchange exchange, int status) {
        long minute = minute();
        synchronized (this) {
            Slot slot = slot(minute);
            slot.count(status);
            exchange.record().firstByteNanos().ifPresent(slot::time);
        }
    }

    @Override
    public void refused(String requestId, String remoteAddress, int status) {
        long minute = minute();
        synchronized (this) {
            slot(minute).count(status);
        }
    }

    /** Oldest first, quiet minutes included. */
    synchronized List<Minute> minutes() {
        long now = minute();
        return LongStream.rangeClosed(now - MINUTES + 1, now)
                .mapToObj(minute -> slot(minute).view())
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
