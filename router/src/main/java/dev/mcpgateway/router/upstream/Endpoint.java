package dev.mcpgateway.router.upstream;

/**
 * Where plain HTTP connections go.
 *
 * @param host a name, resolved at each connect, or an IP literal without brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {
    public Endpoint {
        if (host.isEmpty() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Not an endpoint: host \"%s\", port %d".formatted(host, port));
        }
    }

    /** {@code host:port}, with brackets around an IPv6 literal. */
    public String authority() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return authority();
    }
}
