package dev.mcpgateway.router.renewal;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Says once each that a certificate which should long be replaced has 20, 7 and 1 days left; of one that lives for less
 * than 90 days, 2/9, 1/12 and 1/36 of its lifetime: 32, 12 and 4 hours of six days.
 */
final class ExpiryAlarm {
    private static final Duration FIRST = Duration.ofDays(20);
    private static final Duration SECOND = Duration.ofDays(7);
    private static final Duration LAST = Duration.ofDays(1);

    private Instant expiry = Instant.MIN;
    private int said;

    /**
     * @param expires of the certificate that is shown
     * @param lifetime from its first to its last moment
     * @return how loud to say it; empty if there is nothing new to say
     */
    Optional<Level> check(Instant expires, Duration lifetime, Instant now) {
        if (!expires.equals(expiry)) {
            expiry = expires;
            said = 0;
        }
        int reached = reached(Duration.between(now, expires), lifetime);
        if (reached <= said) {
            return Optional.empty();
        }
        said = reached;
        return Optional.of(reached < 3 ? Level.WARNING : Level.ERROR);
    }

    /** How many of the three marks are past; 4 once it has expired. */
    private static int reached(Duration left, Duration lifetime) {
        if (!left.isPositive()) {
            return 4;
        }
        int reached = isBelow(left, FIRST, lifetime.multipliedBy(2).dividedBy(9)) ? 1 : 0;
        reached += isBelow(left, SECOND, lifetime.dividedBy(12)) ? 1 : 0;
        return reached + (isBelow(left, LAST, lifetime.dividedBy(36)) ? 1 : 0);
    }

    private static boolean isBelow(Duration left, Duration mark, Duration share) {
        return left.compareTo(mark.compareTo(share) < 0 ? mark : share) <= 0;
    }
}
