package dev.mcpgateway.router.certificate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Small files, for their owner's eyes only (0600) if nothing else is said, which change whole or not at all. */
public final class WholeFile {
    /** Ends the names of files that are not whole yet. */
    public static final String DRAFT = ".new";

    private WholeFile() {}

    /** It is on disk when this returns; if this fails, what was before is still there. */
    public static void write(Path file, String text) throws IOException {
        write(file, text, "rw-------");
    }

    /** @param permissions such as {@code rw-r--r--} */
    static void write(Path file, String text, String permissions) throws IOException {
        makeFolder(file.toAbsolutePath().resolveSibling(""));
        Path draft = file.resolveSibling(file.getFileName() + DRAFT);
        Files.deleteIfExists(draft);
        try {
            try (FileChannel channel = FileChannel.open(
                    draft,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)))) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** With those above it, for their owner alone. */
    public static void makeFolder(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
}
