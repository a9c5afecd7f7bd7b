package dev.mcpgateway.router.entrypoint;

import java.io.Serial;

/** The body of a request is longer than allowed. */
final class BodyTooLarge extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    BodyTooLarge() {
        super("The request's body is too large", null, false, false);
    }
}
