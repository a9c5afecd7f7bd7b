package dev.mcpgateway.oracle.verify;

import dev.mcpgateway.oracle.jwt.AccessToken;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.storage.Grant;
import java.time.Duration;

/** The answer to the router's question. */
sealed interface Decision {
    record Allowed(ProtectedService service, AccessToken token, Grant grant) implements Decision {}

    /** A token is needed, or another one. */
    record Unauthorized(ProtectedService service, BearerChallenge challenge) implements Decision {}

    /** The token is good, but does not reach far enough. */
    record InsufficientScope(BearerChallenge challenge) implements Decision {}

    /** Not now. */
    record TooMany(Duration pause) implements Decision {}

    /** No token will do. */
    record Forbidden(String description) implements Decision {}
}
