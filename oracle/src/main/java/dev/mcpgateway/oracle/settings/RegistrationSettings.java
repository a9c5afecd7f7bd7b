package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Who may register clients.
 *
 * @param isOffered whether there is registration at all
 * @param initialToken what whoever registers must show; null if everybody may
 */
public record RegistrationSettings(
        boolean isOffered, @Nullable Secret initialToken) {
    private static final int MIN_LENGTH = 32;

    static RegistrationSettings read(Settings settings) {
        String mode = settings.get(KnownSettings.REGISTRATION);
        Secret token = settings.find(KnownSettings.REGISTRATION_TOKEN).orElse(null);
        if (mode.equals("token") && (token == null || token.reveal().length() < MIN_LENGTH)) {
            settings.problems()
                    .add("REGISTRATION=token needs REGISTRATION_TOKEN: accepted is %s"
                            .formatted(KnownSettings.REGISTRATION_TOKEN.format().accepts()));
        }
        return new RegistrationSettings(!mode.equals("off"), mode.equals("token") ? token : null);
    }
}
