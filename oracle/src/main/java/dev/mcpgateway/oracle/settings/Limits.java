package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Rate;
import dev.mcpgateway.settings.Settings;

/**
 * How often something may be asked. Whoever can be told apart is counted by itself; networks only widely, because the
 * users of a hosted client share a few addresses.
 *
 * @param network everything, by network
 * @param registration of clients, by network
 * @param deviceCode attempts to type one, by network
 * @param unusedClients registrations, by all networks together, in the time that an unused one lives
 * @param logins sign-ins begun, by all together, in the time that one may take
 * @param devices that ask for a code, by all together, in the time that one waits
 * @param token requests for tokens, by client
 * @param refresh by grant
 * @param verify requests to services, by grant
 */
public record Limits(
        Rate network,
        Rate registration,
        Rate deviceCode,
        Rate unusedClients,
        Rate logins,
        Rate devices,
        Rate token,
        Rate refresh,
        Rate verify) {
    static Limits read(Settings settings) {
        return new Limits(
                settings.get(KnownSettings.NETWORK_LIMIT),
                settings.get(KnownSettings.REGISTRATION_LIMIT),
                settings.get(KnownSettings.DEVICE_CODE_LIMIT),
                new Rate(
                        settings.get(KnownSettings.MAX_UNUSED_CLIENTS),
                        settings.get(KnownSettings.UNUSED_CLIENT_LIFETIME)),
                new Rate(settings.get(KnownSettings.MAX_PENDING_LOGINS), settings.get(KnownSettings.SESSION_TIMEOUT)),
                new Rate(settings.get(KnownSettings.MAX_PENDING_DEVICES), settings.get(KnownSettings.DEVICE_LIFETIME)),
                settings.get(KnownSettings.TOKEN_LIMIT),
                settings.get(KnownSettings.REFRESH_LIMIT),
                settings.get(KnownSettings.VERIFY_LIMIT));
    }
}
