package dev.mcpgateway.oracle.identity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The sign-in ended without a user: they changed their mind, or the provider's answer is not to be trusted. */
public final class SignInException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What the client is told. */
    public enum Reason {
        /** The user, or the provider on their behalf, said no. */
        DENIED,
        /** The answer is missing something, forged or stale. */
        INVALID,
        /** The provider could not be asked. */
        UNAVAILABLE,
        /** The provider cannot be asked about this user again without them signing in again. */
        EXPIRED
    }

    private final Reason reason;
    private final @Nullable Duration retryAfter;

    /** @param message for the user and the log; without secrets */
    public SignInException(Reason reason, String message) {
        this(reason, message, null);
    }

    private SignInException(Reason reason, String message, @Nullable Duration retryAfter) {
        super(message);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /**
     * The provider does not want to be asked about this user for a while.
     *
     * @param retryAfter cut to an hour
     */
    public static SignInException limited(String message, Duration retryAfter) {
        Duration longest = Duration.ofHours(1);
        return new SignInException(
                Reason.UNAVAILABLE, message, retryAfter.compareTo(longest) > 0 ? longest : retryAfter);
    }

    /** How long the provider is not to be asked about this user; null if that is not known. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    public Reason reason() {
        return reason;
    }
}
