package dev.mcpgateway.doctor.web;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Parts and neighbours of URLs. */
public final class Urls {
    private Urls() {}

    /** An absolute http or https URL with a host and no user, or nothing. */
    public static Optional<URI> parse(String text) {
        try {
            URI uri = new URI(text);
            boolean isWeb = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            return isWeb && uri.getHost() != null && uri.getRawUserInfo() == null ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty(); // not a URL
        }
    }

    /** Scheme, host and port, as browsers write it. */
    public static String origin(URI uri) {
        boolean isDefault = uri.getPort() == -1 || uri.getPort() == defaultPort(uri);
        return uri.getScheme() + "://" + uri.getHost() + (isDefault ? "" : ":" + uri.getPort());
    }

    /** Of the same origin; null-safe for URLs without a host. */
    public static boolean isSameOrigin(URI one, URI other) {
        return one.getHost() != null && other.getHost() != null && origin(one).equalsIgnoreCase(origin(other));
    }

    public static int port(URI uri) {
        return uri.getPort() == -1 ? defaultPort(uri) : uri.getPort();
    }

    private static int defaultPort(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
    }

    /** Host and port. */
    public static String authority(URI uri) {
        return uri.getHost() + ":" + port(uri);
    }

    /** The path, empty for the root. */
    public static String path(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return path.equals("/") ? "" : path;
    }

    /** The same origin with another path. */
    public static URI at(URI uri, String path) {
        return URI.create(origin(uri) + path);
    }

    /** An IPv6 address without its brackets. */
    public static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** This machine by name or number. */
    public static boolean isLoopback(URI uri) {
        String host = uri.getHost() == null ? "" : bare(uri.getHost());
        return host.equalsIgnoreCase("localhost") || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|::1");
    }

    /** Parameters as in a form or a query. */
    public static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
