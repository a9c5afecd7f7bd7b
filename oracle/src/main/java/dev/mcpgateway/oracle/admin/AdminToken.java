package dev.mcpgateway.oracle.admin;

import dev.mcpgateway.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The token in ADMIN_TOKEN_FILE. The file is read each time, so that a new token counts at once.
 *
 * @param file null if there is none
 */
public record AdminToken(@Nullable Path file) {
    private static final int MIN_LENGTH = 16;

    /** Empty if there is no file, if it cannot be read, or if what it holds is too short to be a token. */
    public Optional<Secret> read() {
        if (file == null) {
            return Optional.empty();
        }
        try {
            String text = Files.readString(file).strip();
            return text.length() < MIN_LENGTH ? Optional.empty() : Optional.of(Secret.of(text));
        } catch (IOException _) { // no readable file is the same as no file
            return Optional.empty();
        }
    }
}
