package dev.mcpgateway.router.upstream;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What a service forwards to.
 *
 * @param name the service's name, for messages
 * @param endpoint where connections go
 * @param path what the public prefix is replaced by; starts with a slash, may end with one
 */
public record Upstream(String name, Endpoint endpoint, String path, UpstreamTimeouts timeouts) {
    private static final int HTTP_PORT = 80;

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
        } catch (URISyntaxException e) {
            throw refusal(name, "is not a URL", e);
        }
        if ("https".equalsIgnoreCase(uri.getScheme())) {
            throw refusal(name, "is https, which is not supported between gateway and server yet", null);
        }
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw refusal(name, "does not start with http://", null);
        }
        String host = uri.getHost();
        if (host == null) {
            throw refusal(name, "names no host (letters, digits, hyphens and dots)", null);
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw refusal(name, "holds credentials, a query or a fragment", null);
        }
        int port = uri.getPort() == -1 ? HTTP_PORT : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw refusal(name, "has a port outside 1 to 65535", null);
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String path = uri.getRawPath().isEmpty() ? defaultPath : uri.getRawPath();
        return new Upstream(name, new Endpoint(bare, port), path, timeouts);
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
    private static IllegalArgumentException refusal(String name, String problem, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "The upstream URL of %s %s. Accepted: http://HOST[:PORT][/PATH], for example http://mcp-echo:3000/mcp"
                        .formatted(name, problem),
                cause);
    }
}
