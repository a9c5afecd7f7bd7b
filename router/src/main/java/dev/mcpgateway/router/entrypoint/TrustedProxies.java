package dev.mcpgateway.router.entrypoint;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The proxies in front of this one, whose word about their clients counts. Nobody else's does.
 *
 * @param networks that they are in; empty trusts nobody
 * @param field which of the two ways to tell is believed. A proxy sets one and may pass the other on as its client sent
 *     it, so never both
 * @param proxyProtocol whether they begin each connection with a PROXY header
 */
public record TrustedProxies(List<Network> networks, Field field, boolean proxyProtocol) {
    public static final TrustedProxies NONE = new TrustedProxies(List.of(), Field.X_FORWARDED, false);

    /** How a proxy tells about its client. */
    public enum Field {
        /** {@code X-Forwarded-For}, {@code -Proto} and {@code -Host}. */
        X_FORWARDED,
        /** {@code Forwarded}, RFC 7239. */
        FORWARDED
    }

    public TrustedProxies {
        networks = List.copyOf(networks);
    }

    /** An address, or all that begin with the same bits. */
    public record Network(InetAddress address, int bits) {
        private static final Pattern BITS = Pattern.compile("[0-9]{1,3}");

        /** Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a single address; empty for anything else. */
        public static Optional<Network> parse(String text) {
            String[] parts = text.split("/", 2);
            Optional<InetAddress> address = IpAddress.parse(parts[0]);
            if (address.isEmpty()
                    || (parts.length == 2 && !BITS.matcher(parts[1]).matches())) {
                return Optional.empty();
            }
            int all = address.get().getAddress().length * Byte.SIZE;
            int bits = parts.length == 1 ? all : Integer.parseInt(parts[1]);
            return bits > all ? Optional.empty() : Optional.of(new Network(address.get(), bits));
        }

        boolean contains(InetAddress other) {
            byte[] ours = address.getAddress();
            byte[] theirs = other.getAddress();
            if (ours.length != theirs.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                if (((ours[bit / 8] ^ theirs[bit / 8]) & (0x80 >> (bit % 8))) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Reads networks; empty if one of them is none. */
    public static Optional<List<Network>> parse(List<String> written) {
        List<Network> networks = new ArrayList<>();
        for (String each : written) {
            Optional<Network> network = Network.parse(each);
            if (network.isEmpty()) {
                return Optional.empty();
            }
            networks.add(network.get());
        }
        return Optional.of(networks);
    }

    boolean contains(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }
}
