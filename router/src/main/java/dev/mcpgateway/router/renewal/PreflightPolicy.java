package dev.mcpgateway.router.renewal;

import java.util.Locale;

/** What becomes of an order for a name that does not seem to lead here. */
public enum PreflightPolicy {
    /** It is not made. */
    CHECK,
    /** It is made, and the problem is said: where a router cannot reach its own public address. */
    WARN,
    /** Nobody looks. */
    OFF;

    /** @param setting of {@code ACME_PREFLIGHT} */
    public static PreflightPolicy of(String setting) {
        return valueOf(setting.toUpperCase(Locale.ROOT));
    }
}
