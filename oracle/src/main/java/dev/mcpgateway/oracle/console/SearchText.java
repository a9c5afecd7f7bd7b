package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;

/** What somebody typed into a field to search for it. */
final class SearchText {
    /** As long as the id of a client can be. */
    private static final int MAX_LENGTH = 2048;

    private SearchText() {}

    /**
     * Without the blanks around it; empty if there is none.
     *
     * @throws OAuthException if it is longer than anything that there is to be found
     */
    static String of(Parameters parameters, String name) {
        String text = parameters.optional(name).orElse("").strip();
        if (text.length() > MAX_LENGTH) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "%s is longer than %d characters".formatted(name, MAX_LENGTH));
        }
        return text;
    }
}
