package dev.mcpgateway.oracle.backup;

/** A backup cannot be written, or a file is not one that can be read. The message says what and why. */
public final class BackupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackupException(String message) {
        super(message);
    }

    BackupException(String message, Throwable cause) {
        super(message, cause);
    }
}
