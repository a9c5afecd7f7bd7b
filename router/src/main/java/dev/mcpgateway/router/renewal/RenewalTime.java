package dev.mcpgateway.router.renewal;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a certificate is replaced: at two thirds of its lifetime, give or take 5 % of it, or when its authority suggests
 * (RFC 9773). All routers come to the same moment. Lifetimes of an hour work as those of 90 days do.
 */
final class RenewalTime {
    private static final double SHARE = 2.0 / 3;
    private static final double SPREAD = 0.05;

    /** What is left of the lifetime when the authority's wish no longer counts: 22 days of 90, 36 hours of 6 days. */
    private static final double SAFETY = 0.25;

    private static final Duration SHORTEST_ASK = Duration.ofMinutes(1);
    private static final Duration LONGEST_ASK = Duration.ofDays(1);
    private static final Duration ASK_AFTER_FAILURE = Duration.ofHours(6);

    private final String id;
    private final Instant start;
    private final Instant end;

    RenewalTime(X509Certificate certificate) {
        this.id = certificate.getIssuerX500Principal().getName()
                + certificate.getSerialNumber().toString(16);
        this.start = certificate.getNotBefore().toInstant();
        this.end = certificate.getNotAfter().toInstant();
    }

    /** While the authority has suggested nothing. */
    Instant regular() {
        return at(SHARE - SPREAD + 2 * SPREAD * Jitter.of(id));
    }

    /** A random moment within the window, always the same for this window; may be past, and then means now. */
    Instant suggested(RenewalWindow window) {
        Duration length = Duration.between(window.start(), window.end());
        if (!length.isPositive()) {
            return earlier(window.start(), latest());
        }
        double share = Jitter.of(id + window.start() + window.end());
        return earlier(window.start().plusMillis((long) (length.toMillis() * share)), latest());
    }

    /** @param window the last one that was suggested */
    Instant next(Optional<RenewalWindow> window) {
        return window.map(this::suggested).orElseGet(this::regular);
    }

    /** When to ask for the window again; from a minute to a day, sooner for those that live for days only. */
    Instant askAgain(RenewalWindow window, Instant now) {
        Duration pause = Duration.between(now, window.askAgain());
        return now.plus(bounded(pause, LONGEST_ASK));
    }

    /** When to ask after there was no answer (RFC 9773 section 4.3.3). */
    Instant askAfterFailure(Instant now) {
        return now.plus(bounded(ASK_AFTER_FAILURE, ASK_AFTER_FAILURE));
    }

    Duration lifetime() {
        return Duration.between(start, end);
    }

    private Duration bounded(Duration pause, Duration longest) {
        Duration share = lifetime().dividedBy(12);
        Duration most = share.compareTo(longest) < 0 ? share : longest;
        Duration bounded = pause.compareTo(most) > 0 ? most : pause;
        return bounded.compareTo(SHORTEST_ASK) < 0 ? SHORTEST_ASK : bounded;
    }

    private Instant latest() {
        return at(1 - SAFETY);
    }

    private Instant at(double share) {
        return start.plusMillis((long) (lifetime().toMillis() * share));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
