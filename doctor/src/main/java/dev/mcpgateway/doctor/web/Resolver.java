package dev.mcpgateway.doctor.web;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Host names to addresses. */
@FunctionalInterface
public interface Resolver {
    /** That of this machine. */
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(Urls.bare(host)));

    /** @throws UnknownHostException if the name has no address */
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /** Only this machine, or this network, gets there. */
    static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
        boolean sharedByCarrier = bytes.length == 4 && (bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64;
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || uniqueLocal
                || sharedByCarrier;
    }
}
