package dev.mcpgateway.oracle.protocol;

import jakarta.json.Json;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * An error as programs are told of it, with an id under which the log tells the same.
 *
 * @param error a code such as {@code invalid_grant}
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2">RFC 6749, section 5.2</a>
 */
public record ErrorReport(String id, String error, String description) {
    private static final Logger LOGGER = System.getLogger(ErrorReport.class.getName());
    private static final SecureTokens RANDOM = new SecureTokens();
    private static final int ID_BYTES = 9;

    /** An error with an id of its own, logged. */
    public static ErrorReport of(String error, String description) {
        return of(newId(), error, description);
    }

    /** An error with a given id, logged. */
    public static ErrorReport of(String id, String error, String description) {
        LOGGER.log(Level.INFO, "refused: error_id={0} error={1} description={2}", id, error, description);
        return new ErrorReport(id, error, description);
    }

    static String newId() {
        return RANDOM.random(ID_BYTES);
    }

    public String toJson() {
        return Json.createObjectBuilder()
                .add("error", error)
                .add("error_description", description)
                .add("error_id", id)
                .build()
                .toString();
    }
}
