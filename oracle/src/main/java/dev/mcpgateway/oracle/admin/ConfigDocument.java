package dev.mcpgateway.oracle.admin;

import dev.mcpgateway.oracle.settings.Lifetimes;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.settings.RegistrationSettings;
import dev.mcpgateway.settings.Secret;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The settings in force under the names they are set by. Secrets show that they are there, and nothing else. */
public final class ConfigDocument {
    private ConfigDocument() {}

    public static JsonObject of(OracleSettings settings) {
        Lifetimes lifetimes = settings.lifetimes();
        return Json.createObjectBuilder()
                .add("ISSUER", settings.issuer().toString())
                .add("ORACLE_ADDRESS", settings.listener().address())
                .add("ORACLE_PORT", settings.listener().port())
                .add("ORACLE_MANAGEMENT_ADDRESS", settings.management().address())
                .add("ORACLE_MANAGEMENT_PORT", settings.management().port())
                .add("ADMIN_TOKEN_FILE", String.valueOf(settings.adminTokenFile()))
                .add("CONSOLE", settings.console().access().name().toLowerCase(Locale.ROOT))
                .add("REGISTRATION", registration(settings.registration()))
                .add("STORAGE_URL", settings.storageUrl().toString())
                .add("GATEWAY_JWT_SECRET", settings.jwtSecrets().current().toString())
                .add("GATEWAY_JWT_SECRET_NEXT", shown(settings.jwtSecrets().next()))
                .add("GATEWAY_JWT_SECRET_PREVIOUS", shown(settings.jwtSecrets().previous()))
                .add("VERIFY_SECRET", settings.verifySecrets().getFirst().toString())
                .add("VERIFY_SECRET_PREVIOUS", settings.verifySecrets().size() > 1 ? "[redacted]" : "")
                .add("JWT_ALGORITHM", settings.keys().algorithm())
                .add("KEY_PUBLISH_AHEAD", words(settings.keys().publishAhead()))
                .add("KEY_ROTATION_INTERVAL", words(settings.keys().rotationInterval()))
                .add("ACCESS_TOKEN_LIFETIME", words(lifetimes.accessToken()))
                .add("REFRESH_TOKEN_LIFETIME", words(lifetimes.refreshToken()))
                .add("GRANT_LIFETIME", words(lifetimes.grant()))
                .add("REFRESH_GRACE", words(lifetimes.refreshGrace()))
                .add("REFRESH_ROTATION", settings.rotateStrictly() ? "strict" : "grace")
                .add("DEVICE_LIFETIME", words(lifetimes.device()))
                .add("CODE_LIFETIME", words(lifetimes.code()))
                .add("SESSION_TIMEOUT", words(lifetimes.login()))
                .add("CLIENT_LIFETIME", words(lifetimes.client()))
                .add("UNUSED_CLIENT_LIFETIME", words(lifetimes.unusedClient()))
                .add("CLOCK_SKEW", words(lifetimes.clockSkew()))
                .add("services", services(settings))
                .build();
    }

    private static String shown(@Nullable Secret secret) {
        return secret == null ? "" : secret.toString();
    }

    private static String registration(RegistrationSettings registration) {
        if (!registration.isOffered()) {
            return "off";
        }
        return registration.initialToken() == null ? "open" : "token";
    }

    private static JsonArrayBuilder services(OracleSettings settings) {
        JsonArrayBuilder services = Json.createArrayBuilder();
        settings.services()
                .all()
                .forEach(service -> services.add(Json.createObjectBuilder()
                        .add("name", service.name())
                        .add("resource", service.resource())
                        .add("scopes", Json.createArrayBuilder(service.scopes().all()))
                        .add("allow_rules", service.policy().rules().size())
                        .add("open_to_everybody", service.policy().admitsEverybody())));
        return services;
    }

    /** As it may be written in a setting. */
    private static String words(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
