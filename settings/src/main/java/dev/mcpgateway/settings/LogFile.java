package dev.mcpgateway.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/**
 * The log as a file for its owner only. Once it is long enough it becomes {@code FILE.1}, what was that {@code FILE.2}
 * and so on, and the oldest goes. It is opened for every record, so that it can be moved away at any time. Thread-safe
 * within one process.
 */
final class LogFile extends Handler {
    private final Path path;
    private final long maxBytes;
    private final int maxFiles;
    private boolean troubled;

    /**
     * @param maxBytes a file that has them takes no further record
     * @param maxFiles at least 1, the current one included
     */
    LogFile(Path path, long maxBytes, int maxFiles) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
        setFormatter(new SimpleFormatter());
    }

    /** A file that cannot be written to is reported on standard error once, until it can be again. */
    @Override
    public synchronized void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        try {
            write(getFormatter().format(record).getBytes(StandardCharsets.UTF_8));
            troubled = false;
        } catch (IOException e) {
            if (!troubled) {
                System.err.println("the log is not written to LOG_FILE=" + path + ": "
                        + e.getClass().getSimpleName());
            }
            troubled = true;
        }
    }

    private void write(byte[] line) throws IOException {
        if (Files.exists(path) && Files.size(path) >= maxBytes) {
            rotate();
        }
        if (Files.notExists(path)) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(path, line, StandardOpenOption.APPEND);
    }

    private void rotate() throws IOException {
        for (int older = maxFiles - 1; older > 0; older--) {
            Path newer = numbered(older - 1);
            if (Files.exists(newer)) {
                Files.move(newer, numbered(older), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.deleteIfExists(path);
    }

    private Path numbered(int number) {
        return number == 0 ? path : path.resolveSibling(path.getFileName() + "." + number);
    }

    @Override
    public void flush() {
        // Every record is written at once.
    }

    @Override
    public void close() {
        // The file is open while a record is written only.
    }
}
