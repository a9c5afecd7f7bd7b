package dev.mcpgateway.oracle.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.storage.Archive.Entry;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file that {@link Export} wrote. It is read twice: once to see that nothing of it is missing or changed, and once
 * for its records.
 */
final class BackupFile {
    private static final int MAX_LINE_BYTES = 1024 * 1024;

    private final Path file;

    BackupFile(Path file) {
        this.file = file;
    }

    /** Whether its first line says that it is a backup of ours. */
    boolean isOurs() {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            byte[] line = line(in, 1);
            return line != null && new String(line, UTF_8).startsWith("{\"format\":\"" + Export.FORMAT + "\"");
        } catch (IOException | BackupException _) {
            // Not ours; whether it is anything else is found out by those who read it.
            return false;
        }
    }

    /** @throws BackupException that names the line, if the file is not whole and as it was written */
    void check() {
        each(_ -> {});
    }

    /** Every record; what is wrong with the file is found out on the way. */
    void each(Consumer<Entry> reader) {
        MessageDigest digest = Export.sha256();
        long number = 1;
        long records = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            byte[] line = line(in, number);
            if (line == null) {
                throw new BackupException(file + " is empty");
            }
            checkHeader(json(line, number));
            while (true) {
                digest(digest, line);
                number++;
                line = line(in, number);
                if (line == null) {
                    throw new BackupException(
                            file + " is cut off: its last line, with the checksum, is missing. Nothing was imported.");
                }
                JsonObject json = json(line, number);
                if (json.containsKey("sha256")) {
                    checkTrailer(json, records, digest, line(in, number + 1));
                    return;
                }
                reader.accept(entry(json, number));
                records++;
            }
        } catch (IOException e) {
            throw new BackupException(file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private void checkHeader(JsonObject header) {
        if (!Export.FORMAT.equals(header.getString("format", ""))) {
            throw new BackupException(file + " is not a backup of this gateway");
        }
        int version = header.getInt("version", 0);
        if (version != Export.VERSION) {
            throw new BackupException(file + " has version " + version + ", and this gateway reads version "
                    + Export.VERSION + "; use the gateway that wrote it, or a newer one");
        }
    }

    private void checkTrailer(JsonObject trailer, long records, MessageDigest digest, byte @Nullable [] more) {
        boolean whole = more == null
                && trailer.getInt("records", -1) == records
                && HexFormat.of().formatHex(digest.digest()).equals(trailer.getString("sha256", ""));
        if (!whole) {
            throw new BackupException(
                    file + " was changed or damaged: its checksum is wrong. Nothing was imported; use another copy.");
        }
    }

    private Entry entry(JsonObject json, long number) {
        try {
            return EntryJson.read(json);
        } catch (RuntimeException e) { // of many kinds: a member is missing, or of another type
            throw new BackupException(
                    file + ", line " + number + ": the record lacks a member, or has one that is not understood", e);
        }
    }

    private JsonObject json(byte[] line, long number) {
        try (JsonReader reader = Json.createReader(new StringReader(new String(line, UTF_8)))) {
            return reader.readObject();
        } catch (RuntimeException e) { // of many kinds, also bare ones
            throw new BackupException(file + ", line " + number + ": a JSON object is expected", e);
        }
    }

    private static void digest(MessageDigest digest, byte[] line) {
        digest.update(line);
        digest.update((byte) '\n');
    }

    /** Null at the end. A last line without its end counts as cut off. */
    private byte @Nullable [] line(InputStream in, long number) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next != '\n') {
            if (next < 0) {
                throw new BackupException(file + " is cut off in line " + number + ". Nothing was imported.");
            }
            if (line.size() == MAX_LINE_BYTES) {
                throw new BackupException(
                        file + ", line " + number + ": longer than " + MAX_LINE_BYTES + " bytes, so it is no backup");
            }
            line.write(next);
            next = in.read();
        }
        return line.toByteArray();
    }
}
