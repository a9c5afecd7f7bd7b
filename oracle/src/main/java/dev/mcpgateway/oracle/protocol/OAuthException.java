package dev.mcpgateway.oracle.protocol;

import java.time.Duration;

/**
 * A refusal by protocol. The description helps the client's developer: it never says which secret was wrong and never
 * repeats input beyond printable ASCII.
 */
public final class OAuthException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final OAuthError error;
    private final Duration retryAfter;

    public OAuthException(OAuthError error, String description) {
        this(error, description, Duration.ZERO);
    }

    private OAuthException(OAuthError error, String description, Duration retryAfter) {
        super(printable(description), null, false, false);
        this.error = error;
        this.retryAfter = retryAfter;
    }

    /**
     * Somebody asks too often.
     *
     * @param what there is too much of, such as {@code registrations from this network}
     */
    public static OAuthException tooMany(String what, Duration wait) {
        long seconds = wait.toSeconds() + 1;
        return new OAuthException(
                OAuthError.TOO_MANY_REQUESTS,
                "too many %s; try again in %d seconds".formatted(what, seconds),
                Duration.ofSeconds(seconds));
    }

    /** How long to wait before trying again; zero if that is not known. */
    public Duration retryAfter() {
        return retryAfter;
    }

    public OAuthError error() {
        return error;
    }

    /** One sentence in the characters that RFC 6749 allows: printable ASCII without {@code "} and {@code \}. */
    public String description() {
        return String.valueOf(getMessage());
    }

    private static String printable(String description) {
        return description.replace('"', '\'').replace('\\', '/').replaceAll("[^\\x20-\\x7e]", "?");
    }
}
