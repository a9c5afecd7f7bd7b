package dev.mcpgateway.oracle.protocol;

/**
 * A refusal by protocol. The description helps the client's developer: it never says which secret was wrong and never
 * repeats input beyond printable ASCII.
 */
public final class OAuthException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final OAuthError error;

    public OAuthException(OAuthError error, String description) {
        super(printable(description), null, false, false);
        this.error = error;
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
