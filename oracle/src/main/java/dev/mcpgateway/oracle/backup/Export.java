package dev.mcpgateway.oracle.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.storage.Archive;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.LongConsumer;

/** Writes a backup. */
public final class Export {
    static final String FORMAT = "mcp-gateway-backup";
    static final int VERSION = 1;

    private static final int PROGRESS = 10_000;

    private final Archive archive;
    private final String issuer;
    private final Clock clock;
    private final LongConsumer progress;
    private long records;

    /** @param progress is told every now and then how many records were written */
    Export(Archive archive, String issuer, Clock clock, LongConsumer progress) {
        this.archive = archive;
        this.issuer = issuer;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Writes the whole backup; returns the number of its records.
     *
     * @throws dev.mcpgateway.storage.StoreException if the store does not answer; what was written is then no backup
     */
    long writeTo(OutputStream out) throws IOException {
        MessageDigest digest = sha256();
        OutputStream lines = new DigestOutputStream(out, digest);
        line(
                lines,
                Json.createObjectBuilder()
                        .add("format", FORMAT)
                        .add("version", VERSION)
                        .add("created_at", clock.instant().toString())
                        .add("issuer", issuer)
                        .build());
        try {
            archive.read(entry -> {
                line(lines, EntryJson.write(entry));
                if (++records % PROGRESS == 0) {
                    progress.accept(records);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        line(
                out,
                Json.createObjectBuilder()
                        .add("records", records)
                        .add("sha256", HexFormat.of().formatHex(digest.digest()))
                        .build());
        out.flush();
        return records;
    }

    private static void line(OutputStream out, JsonObject json) {
        try {
            out.write((json + "\n").getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Writes the backup into a file for its owner only. The file appears when it is complete and on the disk; whatever
     * happens before leaves an earlier one as it was.
     *
     * @param overwrite whether a file that is there may be replaced
     * @throws BackupException if it is there and may not, or cannot be written
     */
    long writeTo(Path file, boolean overwrite) {
        Path target = file.toAbsolutePath();
        if (Files.exists(target) && !overwrite) {
            throw new BackupException(file + " is there already; name another file, or use --force to replace it");
        }
        Path folder = target.resolveSibling("");
        try {
            Path temporary = Files.createTempFile(
                    folder,
                    "." + target.getFileName() + ".",
                    ".part",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            // Also when a signal ends the program meanwhile.
            temporary.toFile().deleteOnExit();
            try {
                long written = writeAndSync(temporary);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                sync(folder);
                return written;
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new BackupException(
                    file + " cannot be written (" + e.getClass().getSimpleName()
                            + "); is its folder there, writable, and the disk not full?",
                    e);
        }
    }

    private long writeAndSync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.WRITE));
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
            long written = writeTo(out);
            channel.force(true);
            return written;
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, Set.of(StandardOpenOption.READ))) {
            channel.force(true);
        }
    }
}
