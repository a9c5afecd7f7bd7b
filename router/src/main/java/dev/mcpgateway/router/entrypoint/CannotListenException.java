package dev.mcpgateway.router.entrypoint;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** An address and port that cannot be listened on. The message is ready to be shown to a person. */
public final class CannotListenException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    CannotListenException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
