package dev.mcpgateway.oracle.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * An https URL in the form in which resources are compared: lower-case authority without the default port, path without
 * one slash at its end.
 *
 * @param authority host, and port where it is not 443
 * @param path empty, or begins with a slash
 */
record ResourceUrl(String authority, String path) {
    private static final String DEFAULT_PORT = ":443";

    /** Empty for what is not an absolute https URL, or has user info, query or fragment. */
    static Optional<ResourceUrl> parse(String text) {
        try {
            URI url = new URI(text);
            boolean plain = "https".equalsIgnoreCase(url.getScheme())
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null;
            return plain
                    ? Optional.of(new ResourceUrl(
                            canonicalAuthority(url.getRawAuthority()), withoutTrailingSlash(url.getRawPath())))
                    : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty(); // what is no URL names no service
        }
    }

    static String canonicalAuthority(String authority) {
        String lower = authority.toLowerCase(Locale.ROOT);
        return lower.endsWith(DEFAULT_PORT) ? lower.substring(0, lower.length() - DEFAULT_PORT.length()) : lower;
    }

    private static String withoutTrailingSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
