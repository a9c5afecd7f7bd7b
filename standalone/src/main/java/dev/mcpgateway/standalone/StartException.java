package dev.mcpgateway.standalone;

/** Something on this machine keeps the gateway from starting. The message is one line for a person. */
final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
