package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** The key that all routers of a gateway sign session ids with, in a file that they share. */
final class SessionKey {
    static final String FILE = "session-affinity.key";
    static final int BYTES = 32;

    private SessionKey() {}

    /**
     * Reads the key, or makes it if there is none yet. However many routers do so at once, all get the same.
     *
     * @param folder exists
     */
    static byte[] open(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            if (Files.notExists(file)) {
                create(file);
            }
            return read(file);
        } catch (IOException e) {
            throw new SessionKeyException(
                    "%s cannot be read or made (%s). It keeps sessions with their servers; the router must be able to write to its folder once"
                            .formatted(file, e.getClass().getSimpleName()),
                    e);
        }
    }

    static byte[] random() {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private static byte[] read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        try {
            byte[] key = Base64.getUrlDecoder().decode(text);
            if (key.length == BYTES) {
                return key;
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw new SessionKeyException(
                "%s holds no key of %d bytes. Remove it to have a new one made; open sessions begin anew then"
                        .formatted(file, BYTES),
                null);
    }

    /** The file appears whole or not at all, and is never replaced: the first of several routers wins. */
    private static void create(Path file) throws IOException {
        Path draft = Files.createTempFile(
                file.getParent(),
                ".session-affinity",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random()) + "\n";
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
                channel.force(true);
            }
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException _) {
            // another router was faster, and its key counts
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
