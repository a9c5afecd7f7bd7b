package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who may be a client.
 *
 * @param isOffered whether there is registration at all
 * @param initialToken what whoever registers must show; null if everybody may
 * @param takesDocuments whether a client may instead publish who it is at the address that is its id
 * @param documentHosts hosts of such documents whose addresses need not be public; in lower case
 */
public record RegistrationSettings(
        boolean isOffered, @Nullable Secret initialToken, boolean takesDocuments, List<String> documentHosts) {
    private static final int MIN_LENGTH = 32;

    public RegistrationSettings {
        documentHosts = List.copyOf(documentHosts);
    }

    static RegistrationSettings read(Settings settings) {
        String mode = settings.get(KnownSettings.REGISTRATION);
        Secret token = settings.find(KnownSettings.REGISTRATION_TOKEN).orElse(null);
        if (mode.equals("token") && (token == null || token.reveal().length() < MIN_LENGTH)) {
            settings.problems()
                    .add("REGISTRATION=token needs REGISTRATION_TOKEN: accepted is %s"
                            .formatted(KnownSettings.REGISTRATION_TOKEN.format().accepts()));
        }
        return new RegistrationSettings(
                !mode.equals("off"),
                mode.equals("token") ? token : null,
                settings.get(KnownSettings.CLIENT_METADATA).equals("on"),
                settings.get(KnownSettings.CLIENT_METADATA_ALLOW_HOSTS).stream()
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .toList());
    }
}
