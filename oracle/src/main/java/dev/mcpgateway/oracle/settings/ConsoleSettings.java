package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Settings;
import java.util.Locale;

/**
 * The operators' console.
 *
 * @param routerStatus where the router's status page is; empty if that is not known
 */
public record ConsoleSettings(Access access, String routerStatus) {
    /** Who may open it. */
    public enum Access {
        /** Whoever has the token of ADMIN_TOKEN_FILE. */
        TOKEN,
        /** Whoever sits at this machine. */
        LOOPBACK,
        /** Nobody. */
        OFF
    }

    static ConsoleSettings read(Settings settings) {
        return new ConsoleSettings(
                Access.valueOf(settings.get(KnownSettings.CONSOLE).toUpperCase(Locale.ROOT)),
                settings.find(KnownSettings.ROUTER_STATUS_URL)
                        .map(Object::toString)
                        .orElse(""));
    }
}
