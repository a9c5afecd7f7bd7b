package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.oracle.jwt.GivenKey;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are signed.
 *
 * @param algorithm {@code ES256} or {@code RS256}
 * @param publishAhead how long a new key is published before it signs
 * @param rotationInterval how old the newest key gets before the next one is made; zero for ever
 * @param given the operator's own RSA key as PEM, checked; null if the oracle makes its keys
 */
public record KeySettings(
        String algorithm,
        Duration publishAhead,
        Duration rotationInterval,
        @Nullable Secret given) {
    private static final String RS256 = "RS256";
    private static final String FILE_NAME = "private_key.pem";

    static KeySettings read(Settings settings) {
        String algorithm = settings.get(KnownSettings.JWT_ALGORITHM);
        return new KeySettings(
                algorithm,
                settings.get(KnownSettings.KEY_PUBLISH_AHEAD),
                settings.get(KnownSettings.KEY_ROTATION_INTERVAL),
                algorithm.equals(RS256) ? givenKey(settings).orElse(null) : null);
    }

    private static Optional<Secret> givenKey(Settings settings) {
        Optional<Secret> encoded = settings.find(KnownSettings.JWT_PRIVATE_KEY_B64);
        Path file = settings.get(KnownSettings.KEYS_DIR).resolve(FILE_NAME);
        try {
            if (encoded.isEmpty() && Files.notExists(file)) {
                return Optional.empty();
            }
            String pem = encoded.isPresent() ? GivenKey.decode(encoded.get().reveal()) : Files.readString(file);
            GivenKey.parse(pem);
            return Optional.of(Secret.of(pem));
        } catch (IllegalArgumentException e) {
            String origin = encoded.isPresent() ? KnownSettings.JWT_PRIVATE_KEY_B64.name() : file.toString();
            settings.problems().add(origin + " is not accepted: " + e.getMessage());
        } catch (IOException e) {
            settings.problems()
                    .add("%s cannot be read (%s)".formatted(file, e.getClass().getSimpleName()));
        }
        return Optional.empty();
    }
}
