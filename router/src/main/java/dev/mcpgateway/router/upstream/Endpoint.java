package dev.mcpgateway.router.upstream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Where connections go: one address, with nothing left to look up. Two are equal if connections to them are alike. */
public sealed interface Endpoint {
    /** Plain HTTP. */
    record Tcp(InetAddress address, int port) implements Endpoint {
        public Tcp {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("Not a port: " + port);
            }
        }

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

    /** Unique among the endpoints of an upstream: {@code address:port}, with brackets around an IPv6 address. */
    default String authority() {
        return switch (this) {
            case Tcp(var address, var port) -> authority(address, port);
        };
    }

    /** What to connect to. */
    default SocketAddress socketAddress() {
        return switch (this) {
            case Tcp(var address, var port) -> new InetSocketAddress(address, port);
        };
    }

    private static String authority(InetAddress address, int port) {
        String literal = address.getHostAddress();
        return (literal.contains(":") ? "[" + literal + "]" : literal) + ":" + port;
    }
}
