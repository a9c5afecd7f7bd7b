package dev.mcpgateway.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** LOG_LEVEL and LOG_FILE: what of the gateway's own log is written, and where to beside standard error. */
public final class Logging {
    private static final long BYTES_PER_MEGABYTE = 1_000_000;

    /** Loggers are forgotten, and their level with them, when nobody holds them. */
    private static final Logger OURS = Logger.getLogger("dev.mcpgateway");

    private final @Nullable Level level;
    private final @Nullable LogFile file;

    /**
     * As it was set.
     *
     * @param level null to leave it as {@code logging.properties} has it
     * @param file null for none
     */
    private Logging(@Nullable Level level, @Nullable LogFile file) {
        this.level = level;
        this.file = file;
    }

    /** Reads the settings, and reports a file that could not be written to. */
    public static Logging read(Settings settings) {
        String level = settings.get(KnownSettings.LOG_LEVEL);
        Path file = settings.find(KnownSettings.LOG_FILE).orElse(null);
        if (file != null && !canBeWritten(file)) {
            settings.problems()
                    .add(
                            "LOG_FILE=%s cannot be written to: accepted is %s; make the folder writable for this process, or leave LOG_FILE out, as the log is on standard error in any case"
                                    .formatted(
                                            file,
                                            KnownSettings.LOG_FILE.format().accepts()));
        }
        long maxBytes = settings.get(KnownSettings.LOG_FILE_MEGABYTES) * BYTES_PER_MEGABYTE;
        int maxFiles = settings.get(KnownSettings.LOG_FILES);
        return new Logging(
                settings.isSet(KnownSettings.LOG_LEVEL) ? levelOf(level) : null,
                file == null ? null : new LogFile(file, maxBytes, maxFiles));
    }

    /** From here on the log of this process is as the settings want it. */
    public void start() {
        Logger root = Logger.getLogger("");
        if (file != null) {
            root.addHandler(file);
        }
        if (level != null) {
            OURS.setLevel(level);
            for (Handler handler : root.getHandlers()) {
                if (handler.getLevel().intValue() > level.intValue()) {
                    handler.setLevel(level);
                }
            }
        }
    }

    private static boolean canBeWritten(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder != null
                && Files.isWritable(folder)
                && (Files.notExists(file) || (Files.isRegularFile(file) && Files.isWritable(file)));
    }

    private static Level levelOf(String name) {
        return switch (name) {
            case "DEBUG" -> Level.FINE;
            case "WARNING" -> Level.WARNING;
            case "ERROR" -> Level.SEVERE;
            default -> Level.INFO;
        };
    }
}
