package dev.mcpgateway.router.upstream;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One server's address as it was written: {@code http://host[:port][/path]}, {@code https://host[:port][/path]} or
 * {@code unix:/path/of/socket[:/path]}.
 *
 * @param path starts with a slash
 */
public record UpstreamUrl(Place place, String path) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final String UNIX = "unix:";
    private static final int MAX_SOCKET_BYTES = 107;
    /** Underscores are no host name, but common in container names. */
    private static final Pattern AUTHORITY = Pattern.compile(
            "(?:\\[(?<ip6>[0-9A-Fa-f:.]+)]|(?<name>[A-Za-z0-9][A-Za-z0-9._-]*))(?::(?<port>[0-9]{1,5}))?");

    /** Where the server is. */
    public sealed interface Place {
        /**
         * @param name behind which are any number of endpoints, or an IP literal without brackets
         * @param port 1 to 65535
         * @param caFile for TLS, whose authorities are trusted beside the system's; null for none
         */
        record Host(
                String name,
                int port,
                boolean tls,
                @Nullable Path caFile) implements Place {
            public Host {
                if (name.isEmpty() || port < 1 || port > 65_535) {
                    throw new IllegalArgumentException("Not the address of a server");
                }
            }

            /** At one of the addresses behind the name. */
            Endpoint at(InetAddress address) {
                return tls ? new Endpoint.Tls(address, port, name, caFile) : new Endpoint.Tcp(address, port);
            }
        }

        /** A Unix socket on this machine. */
        record Socket(Path file) implements Place {}
    }

    public UpstreamUrl {
        if (!HttpGrammar.isOriginForm(path) || path.indexOf('?') >= 0) {
            throw new IllegalArgumentException("A path starts with a slash and has no query");
        }
    }

    /**
     * Reads a URL.
     *
     * @param name of the upstream, for messages
     * @param defaultPath for a URL without a path, not even a slash
     * @param caFile for https, whose authorities are trusted beside the system's; null for none
     * @throws IllegalArgumentException saying what is wrong with the URL and what is accepted
     */
    static UpstreamUrl parse(String name, String url, String defaultPath, @Nullable Path caFile) {
        if (url.startsWith(UNIX)) {
            return parseSocket(name, url.substring(UNIX.length()), defaultPath);
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException _) {
            throw refusal(name, "is not a URL"); // the cause would repeat it
        }
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        if (!tls && !"http".equalsIgnoreCase(uri.getScheme())) {
            throw refusal(name, "does not start with http://, https:// or unix:");
        }
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        if (authority.contains("@") || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw refusal(name, "holds credentials, a query or a fragment");
        }
        Place.Host host = host(name, authority, tls, tls ? caFile : null);
        return new UpstreamUrl(host, uri.getRawPath().isEmpty() ? defaultPath : uri.getRawPath());
    }

    private static Place.Host host(String name, String authority, boolean tls, @Nullable Path caFile) {
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            throw refusal(name, "names no host (letters, digits and .-_, or an IP address)");
        }
        int usual = tls ? HTTPS_PORT : HTTP_PORT;
        int port = parts.group("port") == null ? usual : Integer.parseInt(parts.group("port"));
        if (port < 1 || port > 65_535) {
            throw refusal(name, "has a port outside 1 to 65535");
        }
        String host = parts.group("ip6") == null ? parts.group("name") : parts.group("ip6");
        return new Place.Host(host, port, tls, caFile);
    }

    private static UpstreamUrl parseSocket(String name, String rest, String defaultPath) {
        String[] parts = rest.split(":", 2);
        String path = parts.length == 1 ? defaultPath : parts[1];
        if (!parts[0].startsWith("/") || parts[0].startsWith("//") || parts[0].indexOf('\0') >= 0) {
            throw refusal(name, "names no socket by its absolute path");
        }
        if (parts[0].getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_BYTES) {
            throw refusal(name, "names a socket with more than " + MAX_SOCKET_BYTES + " bytes");
        }
        if (!HttpGrammar.isOriginForm(path) || path.indexOf('?') >= 0) {
            throw refusal(name, "has something behind the socket that is not a path");
        }
        return new UpstreamUrl(new Place.Socket(Path.of(parts[0])), path);
    }

    /** What a request says in {@code Host} that has none of its own: {@code host:port}. */
    public String authority() {
        return switch (place) {
            case Place.Host host ->
                (host.name().contains(":") ? "[" + host.name() + "]" : host.name()) + ":" + host.port();
            case Place.Socket _ -> "localhost";
        };
    }

    @Override
    public String toString() {
        return switch (place) {
            case Place.Host host -> (host.tls() ? "https://" : "http://") + authority() + path;
            case Place.Socket(var file) -> UNIX + file + ":" + path;
        };
    }

    /** Does not repeat the URL: it may hold a password. */
    private static IllegalArgumentException refusal(String name, String problem) {
        return new IllegalArgumentException(
                "The upstream URL of %s %s. Accepted: http://HOST[:PORT][/PATH], https://HOST[:PORT][/PATH] or unix:/SOCKET[:/PATH], for example http://mcp-echo:3000/mcp"
                        .formatted(name, problem));
    }
}
