package dev.mcpgateway.router.entrypoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many files and sockets this process may open. A listener that finds none left stops for good, so connections have
 * to stay below.
 */
public final class FileDescriptors {
    /** For everything that is neither a client's connection nor one to an upstream. */
    private static final int RESERVED = 300;

    /** To a client, to its upstream, and another client of the plain entry point. */
    private static final int PER_CONNECTION = 3;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +([0-9]+) ");

    private FileDescriptors() {}

    /** The limit of this process; empty if there is none or the system does not tell. */
    public static OptionalLong limit() {
        try {
            return limit(Files.readString(LIMITS, StandardCharsets.US_ASCII));
        } catch (IOException _) {
            return OptionalLong.empty(); // not Linux
        }
    }

    static OptionalLong limit(String text) {
        Matcher matcher = OPEN_FILES.matcher(text);
        return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }

    /** How many connections an entry point may have with so many descriptors; may be negative. */
    public static long connections(long descriptors) {
        return (descriptors - RESERVED) / PER_CONNECTION;
    }
}
