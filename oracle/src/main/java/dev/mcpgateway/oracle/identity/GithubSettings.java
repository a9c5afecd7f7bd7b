package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The OAuth app that people sign in with.
 *
 * @param url where they sign in
 * @param apiUrl where the app asks who they are
 * @param timeout of each question to GitHub
 */
public record GithubSettings(String clientId, Secret clientSecret, URI url, URI apiUrl, Duration timeout) {
    /** Empty if nothing names an app. Half a name is reported. */
    public static Optional<GithubSettings> read(Settings settings) {
        URI url = settings.get(KnownSettings.GITHUB_URL);
        URI apiUrl = settings.get(KnownSettings.GITHUB_API_URL);
        Duration timeout = settings.get(KnownSettings.GITHUB_TIMEOUT);
        if (!settings.isSet(KnownSettings.GITHUB_CLIENT_ID) && !settings.isSet(KnownSettings.GITHUB_CLIENT_SECRET)) {
            return Optional.empty();
        }
        return Optional.of(new GithubSettings(
                settings.get(KnownSettings.GITHUB_CLIENT_ID),
                settings.get(KnownSettings.GITHUB_CLIENT_SECRET),
                url,
                apiUrl,
                timeout));
    }
}
