package dev.mcpgateway.router.upstream;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a service forwards to.
 *
 * @param name the service's name, for messages
 * @param endpoint where connections go
 * @param path what the public prefix is replaced by; starts with a slash, may end with one
 */
public record Upstream(String name, Endpoint endpoint, String path, UpstreamTimeouts timeouts) {
    private static final int HTTP_PORT = 80;
    /** Underscores are no host name, but common in container names. */
    private static final Pattern AUTHORITY = Pattern.compile(
            "(?:\\[(?<ip6>[0-9A-Fa-f:.]+)]|(?<name>[A-Za-z0-9][A-Za-z0-9._-]*))(?::(?<port>[0-9]{1,5}))?");

    public Upstream {
        if (!HttpGrammar.isOriginForm(path) || path.indexOf('?') >= 0) {
            throw new IllegalArgumentException("Upstream " + name + ": the path starts with / and has no query");
        }
    }

    /**
     * Reads {@code http://host[:port][/path]}.
     *
     * @param defaultPath for a URL without a path, not even a slash
     * @throws IllegalArgumentException saying what is wrong with the URL and what is accepted
     */
    public static Upstream parse(String name, String url, String defaultPath, UpstreamTimeouts timeouts) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException _) {
            throw refusal(name, "is not a URL"); // the cause would repeat it
        }
        if ("https".equalsIgnoreCase(uri.getScheme())) {
            throw refusal(name, "is https, which is not supported between gateway and server yet");
        }
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw refusal(name, "does not start with http://");
        }
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        if (authority.contains("@") || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw refusal(name, "holds credentials, a query or a fragment");
        }
        String path = uri.getRawPath().isEmpty() ? defaultPath : uri.getRawPath();
        return new Upstream(name, endpoint(name, authority), path, timeouts);
    }

    private static Endpoint endpoint(String name, String authority) {
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            throw refusal(name, "names no host (letters, digits and .-_, or an IP address)");
        }
        String host = parts.group("ip6") == null ? parts.group("name") : parts.group("ip6");
        int port = parts.group("port") == null ? HTTP_PORT : Integer.parseInt(parts.group("port"));
        if (port < 1 || port > 65_535) {
            throw refusal(name, "has a port outside 1 to 65535");
        }
        return new Endpoint(host, port);
    }

    /**
     * The request target for what follows the public prefix, byte for byte: {@code /mcp} and {@code /x?y} give
     * {@code /mcp/x?y}.
     *
     * @param rest empty, or starting with {@code /} or {@code ?}
     */
    public String target(String rest) {
        boolean doubled = path.endsWith("/") && rest.startsWith("/");
        return doubled ? path + rest.substring(1) : path + rest;
    }

    /** Does not repeat the URL: it may hold a password. */
    private static IllegalArgumentException refusal(String name, String problem) {
        return new IllegalArgumentException(
                "The upstream URL of %s %s. Accepted: http://HOST[:PORT][/PATH], for example http://mcp-echo:3000/mcp"
                        .formatted(name, problem));
    }
}
