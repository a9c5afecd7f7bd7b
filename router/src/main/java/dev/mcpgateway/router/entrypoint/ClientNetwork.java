package dev.mcpgateway.router.entrypoint;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Whom connections are counted for: an IPv4 address, or the first 64 bits of an IPv6 address, which is what one
 * customer of a provider has.
 */
record ClientNetwork(String prefix) {
    private static final int IPV6_PREFIX_BYTES = 8;

    static ClientNetwork of(InetAddress address) {
        byte[] bytes = address.getAddress();
        byte[] prefix = address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_PREFIX_BYTES) : bytes;
        return new ClientNetwork(HexFormat.of().formatHex(prefix));
    }
}
