package dev.mcpgateway.oracle.forwarded;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Addresses by the network that one party has to itself. */
final class Network {
    private static final int IPV6_PREFIX_BYTES = 8;

    private Network() {}

    /** The address as it is written for IPv4, the first 64 bits for IPv6; anything else is one network. */
    static String of(String address) {
        try {
            InetAddress parsed = InetAddress.ofLiteral(address);
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), IPV6_PREFIX_BYTES))
                    : parsed.getHostAddress();
        } catch (IllegalArgumentException _) { // not from our router then
            return "unknown";
        }
    }
}
