package dev.mcpgateway.router.upstream;

import java.net.InetAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where connections go: one address, with nothing left to look up. Two are equal if connections to them are alike. */
public sealed interface Endpoint {
    /** Plain HTTP. */
    record Tcp(InetAddress address, int port) implements Endpoint {
        public Tcp {
            requirePort(port);
        }

        @Override
        public String toString() {
            return authority();
        }
    }

    /**
     * HTTP over TLS.
     *
     * @param name that its certificate must be for; a host name or an IP literal without brackets
     * @param caFile whose authorities are trusted beside the system's, if there is one
     */
    record Tls(
            InetAddress address,
            int port,
            String name,
            @Nullable Path caFile) implements Endpoint {
        public Tls {
            requirePort(port);
        }

        @Override
        public String toString() {
            return authority();
        }
    }

    /** Plain HTTP over a Unix socket. */
    record Unix(Path socket) implements Endpoint {
        @Override
        public String toString() {
            return authority();
        }
    }

    /**
     * Plain HTTP at an address.
     *
     * @param address an IP literal without brackets
     * @param port 1 to 65535
     */
    static Endpoint of(String address, int port) {
        return new Tcp(InetAddress.ofLiteral(address), port);
    }

    /**
     * Unique among the endpoints of an upstream: {@code address:port}, with brackets around an IPv6 address, or
     * {@code unix:/path}.
     */
    default String authority() {
        return switch (this) {
            case Tcp(var address, var port) -> authority(address, port);
            case Tls(var address, var port, var _, var _) -> authority(address, port);
            case Unix(var socket) -> "unix:" + socket;
        };
    }

    private static String authority(InetAddress address, int port) {
        String literal = address.getHostAddress();
        return (literal.contains(":") ? "[" + literal + "]" : literal) + ":" + port;
    }

    private static void requirePort(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Not a port: " + port);
        }
    }
}
