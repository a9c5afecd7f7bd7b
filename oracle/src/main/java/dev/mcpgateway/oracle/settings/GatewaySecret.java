package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Setting;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.settings.SettingsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The secret under which keys are sealed: GATEWAY_JWT_SECRET, or else the content of {@code gateway-jwt-secret} in
 * KEYS_DIR, which the first start makes.
 */
final class GatewaySecret {
    /** The name of the file inside KEYS_DIR. */
    static final String FILE_NAME = "gateway-jwt-secret";

    private static final int MIN_LENGTH = 32;
    private static final int RANDOM_BYTES = 32;

    private final @Nullable Secret given;
    private final @Nullable Secret next;
    private final @Nullable Secret previous;
    private final Path folder;

    private GatewaySecret(@Nullable Secret given, @Nullable Secret next, @Nullable Secret previous, Path folder) {
        this.given = given;
        this.next = next;
        this.previous = previous;
        this.folder = folder;
    }

    /** Reads the settings and reports a secret that is too short; touches no file. */
    static GatewaySecret check(Settings settings) {
        return new GatewaySecret(
                longEnough(settings, KnownSettings.GATEWAY_JWT_SECRET),
                longEnough(settings, KnownSettings.GATEWAY_JWT_SECRET_NEXT),
                longEnough(settings, KnownSettings.GATEWAY_JWT_SECRET_PREVIOUS),
                settings.get(KnownSettings.KEYS_DIR));
    }

    private static @Nullable Secret longEnough(Settings settings, Setting<Secret> setting) {
        Secret given = settings.find(setting).orElse(null);
        if (given != null && given.reveal().length() < MIN_LENGTH) {
            settings.problems()
                    .add("%s is too short: accepted is %s"
                            .formatted(setting.name(), setting.format().accepts()));
        }
        return given;
    }

    /**
     * The secret with those beside it; made now if nobody ever gave or made one.
     *
     * @throws SettingsException if the folder cannot be used, or the file does not hold a secret
     */
    GatewaySecrets obtain(Problems problems) {
        return new GatewaySecrets(current(problems), next, previous);
    }

    private Secret current(Problems problems) {
        if (given != null) {
            return given;
        }
        Path file = folder.resolve(FILE_NAME);
        try {
            if (Files.notExists(file)) {
                create(file);
            }
            String text = Files.readString(file).strip();
            if (text.length() >= MIN_LENGTH) {
                return Secret.of(text);
            }
            problems.add("%s holds fewer than %d characters: restore it, or set GATEWAY_JWT_SECRET"
                    .formatted(file, MIN_LENGTH));
        } catch (IOException e) {
            problems.add(
                    "GATEWAY_JWT_SECRET is not set and %s cannot be used (%s): make KEYS_DIR writable, or set GATEWAY_JWT_SECRET; make one with: openssl rand -base64 32"
                            .formatted(file, e.getClass().getSimpleName()));
        }
        problems.throwIfAny();
        throw new IllegalStateException("a problem was reported");
    }

    /** Complete or not there at all, also when several processes start at once: the first one wins. */
    private static void create(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("no folder for " + file);
        }
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(folder, ownerOnly);
        Path draft = Files.createTempFile(
                folder,
                FILE_NAME,
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            byte[] random = new byte[RANDOM_BYTES];
            new SecureRandom().nextBytes(random);
            String secret = Base64.getEncoder().encodeToString(random) + "\n";
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.write(StandardCharsets.US_ASCII.encode(secret));
                channel.force(true);
            }
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException _) {
            // another process was faster; its secret is the one that counts
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
