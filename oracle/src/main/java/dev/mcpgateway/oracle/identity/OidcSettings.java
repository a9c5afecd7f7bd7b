package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID provider that people sign in with.
 *
 * @param name stands for it in rules and user ids
 * @param issuer exactly as the provider spells it
 * @param clientSecret null for a public client
 * @param groupsClaim the claim that holds the groups of a user
 * @param parameters that the authorization request has beside those of the protocol
 * @param timeout of each question
 * @param clockSkew how far the provider's clock may differ
 */
public record OidcSettings(
        String name,
        String displayName,
        URI issuer,
        String clientId,
        @Nullable Secret clientSecret,
        List<String> scopes,
        String groupsClaim,
        Map<String, String> parameters,
        Duration timeout,
        Duration clockSkew) {
    private static final List<String> DEFAULT_SCOPES = List.of("openid", "profile", "email");
    private static final long MAX_SECRET_BYTES = 4_096;

    /** They are what ties an answer to its sign-in. */
    private static final Set<String> RESERVED = Set.of(
            "client_id",
            "redirect_uri",
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "request",
            "request_uri");

    public OidcSettings {
        scopes = List.copyOf(scopes);
        parameters = Map.copyOf(parameters);
    }

    /** Those of {@code gateway.yaml} in its order; what is wrong is reported, and left out. */
    public static List<OidcSettings> read(Settings settings) {
        return settings.file().oidc().stream()
                .flatMap(provider -> read(provider, settings).stream())
                .toList();
    }

    private static Optional<OidcSettings> read(GatewayFile.Oidc provider, Settings settings) {
        URI issuer = provider.issuer();
        String clientId = provider.clientId();
        provider.parameters().keySet().stream()
                .filter(RESERVED::contains)
                .forEach(name -> report(provider, settings, "parameters must not hold " + name));
        Secret secret = secret(provider, settings).orElse(null);
        if (issuer == null || clientId == null) {
            return Optional.empty(); // reported with its line
        }
        List<String> scopes = provider.scopes() == null ? DEFAULT_SCOPES : provider.scopes();
        return Optional.of(new OidcSettings(
                provider.name(),
                provider.displayName() == null ? provider.name() : provider.displayName(),
                issuer,
                clientId,
                secret,
                Stream.concat(Stream.of("openid"), scopes.stream()).distinct().toList(),
                provider.groupsClaim() == null ? "groups" : provider.groupsClaim(),
                provider.parameters(),
                settings.get(KnownSettings.OIDC_TIMEOUT),
                settings.get(KnownSettings.CLOCK_SKEW)));
    }

    private static Optional<Secret> secret(GatewayFile.Oidc provider, Settings settings) {
        if (provider.clientSecretFile() == null) {
            return Optional.empty();
        }
        try {
            Path file = Path.of(provider.clientSecretFile());
            String secret = Files.size(file) > MAX_SECRET_BYTES
                    ? ""
                    : Files.readString(file).strip();
            if (secret.isEmpty()) {
                report(
                        provider,
                        settings,
                        "client_secret_file is empty, or larger than %d bytes".formatted(MAX_SECRET_BYTES));
                return Optional.empty();
            }
            return Optional.of(Secret.of(secret));
        } catch (IOException | IllegalArgumentException e) {
            report(
                    provider,
                    settings,
                    "client_secret_file cannot be read (%s)"
                            .formatted(e.getClass().getSimpleName()));
            return Optional.empty();
        }
    }

    private static void report(GatewayFile.Oidc provider, Settings settings, String problem) {
        settings.problems()
                .add("oidc.%s in %s: %s"
                        .formatted(provider.name(), settings.file().origin(), problem));
    }
}
