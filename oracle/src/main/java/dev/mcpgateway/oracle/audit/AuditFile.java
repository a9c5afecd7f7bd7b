package dev.mcpgateway.oracle.audit;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Events as lines of a file, one JSON object each. It is opened for every line, so that it can be moved away at any
 * time. Thread-safe.
 */
final class AuditFile {
    private static final Logger LOGGER = System.getLogger(AuditFile.class.getName());

    private final Path path;
    private boolean troubled;

    AuditFile(Path path) {
        this.path = path;
    }

    /** A file that cannot be written to is reported once, and once more when it can. */
    synchronized void append(String line) {
        try {
            if (Files.notExists(path)) {
                Files.createFile(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(path, line + "\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
            if (troubled) {
                LOGGER.log(Level.INFO, "audit events are written to " + path + " again");
            }
            troubled = false;
        } catch (IOException e) {
            if (!troubled) {
                LOGGER.log(
                        Level.WARNING,
                        "audit events are not written to " + path + ": "
                                + e.getClass().getSimpleName());
            }
            troubled = true;
        }
    }
}
