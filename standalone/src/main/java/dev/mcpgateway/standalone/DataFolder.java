package dev.mcpgateway.standalone;

import dev.mcpgateway.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the quick start keeps everything: database, keys, certificates, the management token. Only its owner may look.
 */
record DataFolder(Path path) {
    static DataFolder create(Path path) {
        try {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            return new DataFolder(path);
        } catch (IOException e) {
            throw new StartException(
                    "the data folder %s cannot be made (%s); name another one with --data"
                            .formatted(path, e.getClass().getSimpleName()),
                    e);
        }
    }

    /** Without the suffix that H2 adds to the file. */
    Path database() {
        return path.resolve("gateway");
    }

    Path keys() {
        return path.resolve("auth-keys");
    }

    Path certificates() {
        return path.resolve("certificates");
    }

    /** The file with the token of the management API, made at the first start. */
    Path adminToken() {
        Path file = path.resolve("admin-token");
        if (Files.notExists(file)) {
            write(file, Secret.random().reveal() + "\n");
        }
        return file;
    }

    /** Leaves the addresses that {@code ops/gateway} asks. */
    void publish(String json) {
        write(path.resolve("quickstart.json"), json + "\n");
    }

    private static void write(Path file, String text) {
        try {
            Path temporary = Files.createTempFile(
                    file.getParent(),
                    ".",
                    ".tmp",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StartException(
                    "%s cannot be written (%s)".formatted(file, e.getClass().getSimpleName()), e);
        }
    }
}
