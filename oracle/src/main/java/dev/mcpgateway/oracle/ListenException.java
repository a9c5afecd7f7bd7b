package dev.mcpgateway.oracle;

/** An address cannot be listened on. The message is one line for a person. */
public final class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ListenException(String message) {
        super(message);
    }
}
