package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where everything is remembered: STORAGE_URL, else REDIS_URL, else the Redis beside us under REDIS_PASSWORD. */
final class StorageUrl {
    private StorageUrl() {}

    /** The store's URL; where nothing names one, that is reported and a stand-in takes its place. */
    static Secret read(Settings settings) {
        return settings.find(KnownSettings.STORAGE_URL)
                .or(() -> settings.find(KnownSettings.REDIS_URL))
                .or(() -> settings.find(KnownSettings.REDIS_PASSWORD)
                        .map(password ->
                                ofRedis(settings.find(KnownSettings.REDIS_USER).orElse(""), password)))
                .orElseGet(() -> {
                    settings.problems()
                            .add("none of STORAGE_URL, REDIS_URL and REDIS_PASSWORD is set: STORAGE_URL is %s; "
                                            .formatted(KnownSettings.STORAGE_URL
                                                    .format()
                                                    .accepts())
                                    + "REDIS_PASSWORD alone means the Redis at redis:6379");
                    return Secret.of("");
                });
    }

    private static Secret ofRedis(String user, Secret password) {
        String encoded =
                URLEncoder.encode(password.reveal(), StandardCharsets.UTF_8).replace("+", "%20");
        return Secret.of("redis://" + user + ":" + encoded + "@redis:6379/0");
    }
}
