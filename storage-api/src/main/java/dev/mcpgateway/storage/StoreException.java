package dev.mcpgateway.storage;

/**
 * The store did not answer, or refused. Callers fail closed: without an answer nobody gets in and no token is issued.
 * The message names the store without credentials.
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
