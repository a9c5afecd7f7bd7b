package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.upstream.HeaderList;
import java.io.Serial;

/** A request that goes no further. The client gets the status and a small JSON object that says why. */
public final class RefusedRequest extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final boolean malformed;
    private final transient HeaderList headers;

    private RefusedRequest(int status, String error, String message, boolean malformed, HeaderList headers) {
        super(message, null, false, false);
        this.status = status;
        this.error = error;
        this.malformed = malformed;
        this.headers = headers;
    }

    /**
     * A refusal of a request that was understood.
     *
     * @param error a word for programs, such as {@code not_found}
     * @param message a sentence for people; what the client sent is not repeated in it
     */
    public static RefusedRequest of(int status, String error, String message) {
        return new RefusedRequest(status, error, message, false, HeaderList.EMPTY);
    }

    /** A refusal with header fields of its own. */
    public static RefusedRequest of(int status, String error, String message, HeaderList headers) {
        return new RefusedRequest(status, error, message, false, headers);
    }

    /** 400, after which the connection is closed: what follows on it may not be what it seems. */
    static RefusedRequest malformed(String message) {
        return malformed(400, "invalid_request", message);
    }

    static RefusedRequest malformed(int status, String error, String message) {
        return malformed(status, error, message, HeaderList.EMPTY);
    }

    static RefusedRequest malformed(int status, String error, String message, HeaderList headers) {
        return new RefusedRequest(status, error, message, true, headers);
    }

    public int status() {
        return status;
    }

    public HeaderList headers() {
        return headers;
    }

    boolean isMalformed() {
        return malformed;
    }

    /** The answer's body, with the request's id so that a person can ask about it. */
    byte[] body(String requestId) {
        return ErrorBody.of(error, String.valueOf(getMessage()), requestId);
    }
}
