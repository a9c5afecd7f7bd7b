package dev.mcpgateway.oracle.identity;

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
        UNAVAILABLE
    }

    private final Reason reason;

    /** @param message for the user and the log; without secrets */
    public SignInException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
