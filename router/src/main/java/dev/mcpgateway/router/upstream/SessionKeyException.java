package dev.mcpgateway.router.upstream;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The key for session ids cannot be read or made. The message names the file and what to do. */
public final class SessionKeyException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    SessionKeyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
