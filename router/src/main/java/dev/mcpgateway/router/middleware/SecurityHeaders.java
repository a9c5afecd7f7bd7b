package dev.mcpgateway.router.middleware;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import java.util.regex.Pattern;

/** Tells browsers to be careful, on every answer. */
public final class SecurityHeaders {
    private static final String ONE_YEAR = "max-age=31536000";

    /** Where other programs of the user's machine are served without TLS. */
    private static final Pattern WITHOUT_HSTS = Pattern.compile("(?:.+\\.)?localhost|[0-9.]+|\\[.*]");

    private SecurityHeaders() {}

    public static void addTo(ClientExchange exchange) {
        if (exchange.scheme().equals("https")
                && !WITHOUT_HSTS.matcher(exchange.target().host()).matches()) {
            exchange.addHeader("Strict-Transport-Security", ONE_YEAR);
        }
        exchange.addDefault("X-Content-Type-Options", "nosniff");
        exchange.addDefault("Referrer-Policy", "same-origin");
    }

    /** For answers of services, which are data and never a page of this host. */
    public static void forbidPages(ClientExchange exchange) {
        exchange.addDefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
    }
}
