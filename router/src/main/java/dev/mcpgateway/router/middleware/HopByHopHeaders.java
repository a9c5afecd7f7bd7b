package dev.mcpgateway.router.middleware;

import dev.mcpgateway.router.upstream.HeaderList;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Header fields that belong to one connection and are not forwarded.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1">RFC 9110, section 7.6.1</a>
 */
final class HopByHopHeaders {
    private static final Set<String> NAMES = Set.of(
            "connection",
            "content-length",
            "expect",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private HopByHopHeaders() {}

    static boolean isOne(String name) {
        return NAMES.contains(HeaderPolicy.normalise(name));
    }

    /** Without them, however they are spelled, and without those that {@code Connection} lists. */
    static HeaderList strip(HeaderList headers) {
        Set<String> listed = new HashSet<>(headers.elements("Connection")); // both may be thousands
        if (listed.isEmpty()) {
            return headers.only(name -> !isOne(name));
        }
        return headers.only(name -> !isOne(name) && !listed.contains(name.toLowerCase(Locale.ROOT)));
    }
}
