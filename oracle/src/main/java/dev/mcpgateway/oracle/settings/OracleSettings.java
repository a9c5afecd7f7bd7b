package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.oracle.identity.GithubSettings;
import dev.mcpgateway.oracle.identity.OidcSettings;
import dev.mcpgateway.oracle.protocol.GatewaySecrets;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.PublicUrls;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Setting;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.settings.SettingsException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the oracle was told, checked.
 *
 * @param source everything as it was written, for identity providers, which read settings of their own
 * @param issuer https, without path or slash at its end
 * @param jwtSecrets seal the keys in the store
 * @param keys how tokens are signed
 * @param registration who may register clients
 * @param clients those that the operator has named
 * @param rotateStrictly whether a refresh token that was used is never forgiven, but for clients that differ
 * @param limits how often something may be asked
 * @param verifySecrets prove that forwarded headers come from the router: the one in use, and while that is changed the
 *     one before it
 * @param adminTokenFile holds the bearer token of the management API; null if there is none, which refuses everybody
 * @param console who may look at it
 * @param auditFile where security events are written as JSON lines; null for nowhere
 * @param storageUrl may hold credentials
 * @param github null if people do not sign in with GitHub
 * @param oidc OpenID providers that people sign in with
 */
public record OracleSettings(
        Settings source,
        URI issuer,
        String baseDomain,
        Lifetimes lifetimes,
        GatewaySecrets jwtSecrets,
        KeySettings keys,
        RegistrationSettings registration,
        List<ConfiguredClient> clients,
        boolean rotateStrictly,
        Limits limits,
        List<Secret> verifySecrets,
        Listener listener,
        Listener management,
        @Nullable Path adminTokenFile,
        ConsoleSettings console,
        @Nullable Path auditFile,
        Secret storageUrl,
        @Nullable GithubSettings github,
        List<OidcSettings> oidc,
        Services services) {
    private static final int MIN_SECRET_LENGTH = 32;

    /**
     * Reads the oracle's settings. Where GATEWAY_JWT_SECRET is not set, and nothing else is wrong, this makes one in
     * KEYS_DIR or takes the one that an earlier start made there.
     *
     * @throws SettingsException that names every problem
     */
    public static OracleSettings read(Settings settings) {
        Lifetimes lifetimes = readLifetimes(settings);
        List<Secret> verifySecrets = readVerifySecrets(settings);
        Secret storageUrl = StorageUrl.read(settings);
        GithubSettings github = GithubSettings.read(settings).orElse(null);
        List<OidcSettings> oidc = OidcSettings.read(settings);
        GatewaySecret gatewaySecret = GatewaySecret.check(settings);
        PublicUrls urls = PublicUrls.read(settings);
        Services services = new Services(urls.issuer(), ServiceEntries.read(settings, urls));
        KeySettings keys = KeySettings.read(settings);
        RegistrationSettings registration = RegistrationSettings.read(settings);
        boolean rotateStrictly = settings.get(KnownSettings.REFRESH_ROTATION).equals("strict");
        List<ConfiguredClient> clients = ClientEntries.read(settings, rotateStrictly);
        Listener listener =
                new Listener(settings.get(KnownSettings.ORACLE_ADDRESS), settings.get(KnownSettings.ORACLE_PORT));
        Listener management = new Listener(
                settings.get(KnownSettings.ORACLE_MANAGEMENT_ADDRESS),
                settings.get(KnownSettings.ORACLE_MANAGEMENT_PORT));
        Path adminTokenFile = settings.find(KnownSettings.ADMIN_TOKEN_FILE).orElse(null);
        Limits limits = Limits.read(settings);
        ConsoleSettings console = ConsoleSettings.read(settings);
        Path auditFile = settings.find(KnownSettings.AUDIT_FILE).orElse(null);
        settings.problems().throwIfAny();
        GatewaySecrets jwtSecrets = gatewaySecret.obtain(settings.problems());
        return new OracleSettings(
                settings,
                urls.issuer(),
                urls.baseDomain(),
                lifetimes,
                jwtSecrets,
                keys,
                registration,
                clients,
                rotateStrictly,
                limits,
                verifySecrets,
                listener,
                management,
                adminTokenFile,
                console,
                auditFile,
                storageUrl,
                github,
                oidc,
                services);
    }

    private static List<Secret> readVerifySecrets(Settings settings) {
        Secret secret = longEnough(KnownSettings.VERIFY_SECRET, settings.get(KnownSettings.VERIFY_SECRET), settings);
        return settings.find(KnownSettings.VERIFY_SECRET_PREVIOUS)
                .map(previous -> longEnough(KnownSettings.VERIFY_SECRET_PREVIOUS, previous, settings))
                .map(previous -> List.of(secret, previous))
                .orElse(List.of(secret));
    }

    private static Secret longEnough(Setting<Secret> setting, Secret secret, Settings settings) {
        if (secret.reveal().length() < MIN_SECRET_LENGTH) {
            settings.problems()
                    .add("%s is too short: accepted is %s"
                            .formatted(setting.name(), setting.format().accepts()));
        }
        return secret;
    }

    private static Lifetimes readLifetimes(Settings settings) {
        return new Lifetimes(
                settings.get(KnownSettings.CODE_LIFETIME),
                settings.get(KnownSettings.DEVICE_LIFETIME),
                settings.get(KnownSettings.SESSION_TIMEOUT),
                settings.get(KnownSettings.ACCESS_TOKEN_LIFETIME),
                settings.get(KnownSettings.REFRESH_TOKEN_LIFETIME),
                settings.get(KnownSettings.GRANT_LIFETIME),
                settings.get(KnownSettings.REFRESH_GRACE),
                settings.get(KnownSettings.CLIENT_LIFETIME),
                settings.get(KnownSettings.UNUSED_CLIENT_LIFETIME),
                settings.get(KnownSettings.VERIFY_MAX_AGE),
                settings.get(KnownSettings.ACCOUNT_SESSION_LIFETIME),
                settings.get(KnownSettings.CLOCK_SKEW));
    }
}
