package dev.mcpgateway.oracle.client;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Tells addresses of the public Internet from all others, so that nobody makes us ask machines that only we can reach.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA, special-purpose addresses</a>
 */
final class PublicAddresses {
    private static final List<Block> SPECIAL = List.of(
            Block.of("00000000", 8), // this network
            Block.of("0a000000", 8), // private
            Block.of("64400000", 10), // shared by carriers
            Block.of("7f000000", 8), // loopback
            Block.of("a9fe0000", 16), // link-local, where clouds keep their secrets
            Block.of("ac100000", 12), // private
            Block.of("c0000000", 24), // protocol assignments
            Block.of("c0000200", 24), // documentation
            Block.of("c0586300", 24), // relays to IPv6
            Block.of("c0a80000", 16), // private
            Block.of("c6120000", 15), // benchmarks
            Block.of("c6336400", 24), // documentation
            Block.of("cb007100", 24), // documentation
            Block.of("e0000000", 3)); // multicast, reserved, broadcast

    /** All that is public of IPv6 begins with these bits. */
    private static final Block GLOBAL_UNICAST = Block.of("20000000000000000000000000000000", 3);

    private static final List<Block> SPECIAL_IPV6 = List.of(
            Block.of("20010000000000000000000000000000", 23), // protocol assignments, Teredo among them
            Block.of("20010db8000000000000000000000000", 32), // documentation
            Block.of("20020000000000000000000000000000", 16), // 6to4, with any IPv4 address inside
            Block.of("3fff0000000000000000000000000000", 20)); // documentation

    /** Addresses that begin with the same bits. */
    private record Block(BigInteger address, int length, int bits) {
        static Block of(String hex, int bits) {
            return new Block(new BigInteger(hex, 16), hex.length() * 4, bits);
        }

        boolean contains(byte[] other) {
            return new BigInteger(1, other)
                            .xor(address)
                            .shiftRight(length - bits)
                            .signum()
                    == 0;
        }
    }

    private PublicAddresses() {}

    /** An IPv4 address inside of an IPv6 one counts as what it is. */
    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet6Address) {
            return GLOBAL_UNICAST.contains(bytes) && SPECIAL_IPV6.stream().noneMatch(block -> block.contains(bytes));
        }
        return SPECIAL.stream().noneMatch(block -> block.contains(bytes));
    }

    /** Every address of a host, public or not. */
    static List<InetAddress> of(String host) throws UnknownHostException {
        return Arrays.asList(InetAddress.getAllByName(host));
    }
}
