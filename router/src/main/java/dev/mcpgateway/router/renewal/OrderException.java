package dev.mcpgateway.router.renewal;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A certificate was not to be had; the message says why and what to do, for an operator. */
public final class OrderException extends Exception {
    private static final long serialVersionUID = 1L;

    /** How another try may go. */
    public enum Reason {
        /** The authority did not answer, or not in ACME. */
        UNREACHABLE,
        /** The authority counts too many orders. */
        RATE_LIMITED,
        /** The authority could not see the host as it must: DNS, a closed port, another server's answer. */
        NOT_PROVEN,
        /** The authority will not: unknown account, refused terms, a name that it does not certify. */
        REFUSED,
        /** This machine's own: a folder that cannot be written, a hook that failed. */
        LOCAL
    }

    private final Reason reason;
    private final transient @Nullable Instant retryAfter;

    /** @param retryAfter before when the authority said not to come again */
    public OrderException(Reason reason, String message, Optional<Instant> retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.retryAfter = retryAfter.orElse(null);
    }

    public Reason reason() {
        return reason;
    }

    public Optional<Instant> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
