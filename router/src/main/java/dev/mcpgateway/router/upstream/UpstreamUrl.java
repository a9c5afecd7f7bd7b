package dev.mcpgateway.router.upstream;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One server's address as it was written: {@code http://host[:port][/path]}.
 *
 * @param host a name, behind which are any number of endpoints, or an IP literal without brackets
 * @param port 1 to 65535
 * @param path starts with a slash
 */
public record UpstreamUrl(String host, int port, String path) {
    private static final int HTTP_PORT = 80;
    /** Underscores are no host name, but common in container names. */
    private static final Pattern AUTHORITY = Pattern.compile(
            "(?:\\[(?<ip6>[0-9A-Fa-f:.]+)]|(?<name>[A-Za-z0-9][A-Za-z0-9._-]*))(?::(?<port>[0-9]{1,5}))?");

    public UpstreamUrl {
        if (host.isEmpty() || port < 1 || port > 65_535 || !HttpGrammar.isOriginForm(path) || path.indexOf('?') >= 0) {
            throw new IllegalArgumentException("Not the address of a server");
        }
    }

    /**
     * Reads a URL.
     *
     * @param name of the upstream, for messages
     * @param defaultPath for a URL without a path, not even a slash
     * @throws IllegalArgumentException saying what is wrong with the URL and what is accepted
     */
    static UpstreamUrl parse(String name, String url, String defaultPath) {
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
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            throw refusal(name, "names no host (letters, digits and .-_, or an IP address)");
        }
        int port = parts.group("port") == null ? HTTP_PORT : Integer.parseInt(parts.group("port"));
        if (port < 1 || port > 65_535) {
            throw refusal(name, "has a port outside 1 to 65535");
        }
        String host = parts.group("ip6") == null ? parts.group("name") : parts.group("ip6");
        return new UpstreamUrl(host, port, uri.getRawPath().isEmpty() ? defaultPath : uri.getRawPath());
    }

    /** What a request says in {@code Host} that has none of its own: {@code host:port}. */
    public String authority() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** The endpoint at one of the addresses behind the host. */
    Endpoint at(InetAddress address) {
        return new Endpoint.Tcp(address, port);
    }

    @Override
    public String toString() {
        return "http://" + authority() + path;
    }

    /** Does not repeat the URL: it may hold a password. */
    private static IllegalArgumentException refusal(String name, String problem) {
        return new IllegalArgumentException(
                "The upstream URL of %s %s. Accepted: http://HOST[:PORT][/PATH], for example http://mcp-echo:3000/mcp"
                        .formatted(name, problem));
    }
}
