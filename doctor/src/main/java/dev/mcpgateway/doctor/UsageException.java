package dev.mcpgateway.doctor;

/** What is wrong with the command line, in words. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
