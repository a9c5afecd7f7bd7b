package dev.mcpgateway.router.upstream;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a service forwards to. Plain data: who is behind it right now, and how they are, is known to {@link Upstreams}.
 *
 * @param name the service's name, for messages
 * @param servers at least one, all with the same path, not all of weight 0
 */
public record Upstream(String name, List<Server> servers, UpstreamTimeouts timeouts, Balancing balancing) {
    /**
     * One written URL.
     *
     * @param weight its share of the requests, divided evenly among the endpoints behind it; with 0 it gets nothing new
     */
    public record Server(UpstreamUrl url, int weight) {
        /** The largest weight. */
        public static final int MAX_WEIGHT = 1000;

        public Server {
            if (weight < 0 || weight > MAX_WEIGHT) {
                throw new IllegalArgumentException("A weight is between 0 and " + MAX_WEIGHT);
            }
        }
    }

    public Upstream {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("The upstream of %s names no server".formatted(name));
        }
        if (servers.stream().allMatch(server -> server.weight() == 0)) {
            throw new IllegalArgumentException("The upstream of %s gives no server a weight above 0".formatted(name));
        }
        if (servers.stream().map(server -> server.url().path()).distinct().count() > 1) {
            throw new IllegalArgumentException(
                    "The upstream URLs of %s differ in their path. Accepted: the same path in all of them"
                            .formatted(name));
        }
    }

    /**
     * One server, balanced in the usual way if there are several addresses behind its name.
     *
     * @param url as in {@link #server}
     */
    public static Upstream parse(String name, String url, String defaultPath, UpstreamTimeouts timeouts) {
        return new Upstream(name, List.of(server(name, url, 1, defaultPath, null)), timeouts, Balancing.DEFAULTS);
    }

    /**
     * Reads the URL of one server; see {@link UpstreamUrl}.
     *
     * @param name of the upstream, for messages
     * @param defaultPath for a URL without a path, not even a slash
     * @param caFile whose authorities may sign the certificate of an https server, beside the system's; null for none
     * @throws IllegalArgumentException saying what is wrong with the URL and what is accepted
     */
    public static Server server(String name, String url, int weight, String defaultPath, @Nullable Path caFile) {
        return new Server(UpstreamUrl.parse(name, url, defaultPath, caFile), weight);
    }

    /** What the public prefix is replaced by; starts with a slash, may end with one. */
    public String path() {
        return servers.getFirst().url().path();
    }

    /** What a request of the router's own says in {@code Host}. */
    public String authority() {
        return servers.getFirst().url().authority();
    }

    /**
     * The request target for what follows the public prefix, byte for byte: {@code /mcp} and {@code /x?y} give
     * {@code /mcp/x?y}.
     *
     * @param rest empty, or starting with {@code /} or {@code ?}
     */
    public String target(String rest) {
        String path = path();
        boolean doubled = path.endsWith("/") && rest.startsWith("/");
        return doubled ? path + rest.substring(1) : path + rest;
    }

    /** By the name alone, which tells most upstreams apart: every request looks its upstream up. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
