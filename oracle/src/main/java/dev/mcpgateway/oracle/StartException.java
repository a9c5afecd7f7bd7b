package dev.mcpgateway.oracle;

import org.jspecify.annotations.Nullable;

/** Something keeps the oracle from starting. The message is one line for a person. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
