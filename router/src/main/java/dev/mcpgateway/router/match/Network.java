package dev.mcpgateway.router.match;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of IP addresses in CIDR notation; one address is a range too. An IPv4 address inside of IPv6
 * ({@code ::ffff:10.0.0.1}) counts as that IPv4 address.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4632#section-3.1">RFC 4632, section 3.1</a>
 */
public final class Network {
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern ADDRESS =
            Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
    private static final Pattern CIDR = Pattern.compile("(?<ip>" + ADDRESS + ")(?:/(?<bits>[0-9]{1,3}))?");

    private final String text;
    private final byte[] address;
    private final int bits;

    private Network(String text, byte[] address, int bits) {
        this.text = text;
        this.address = address;
        this.bits = bits;
    }

    /** Reads {@code 10.0.0.0/8}, {@code 10.1.2.3}, {@code fd00::/8} and the like; empty if it is something else. */
    public static Optional<Network> parse(String text) {
        Matcher parts = CIDR.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return address(parts.group("ip")).flatMap(address -> {
            int longest = address.length * Byte.SIZE;
            int bits = parts.group("bits") == null ? longest : Integer.parseInt(parts.group("bits"));
            return bits > longest ? Optional.empty() : Optional.of(new Network(text, address, bits));
        });
    }

    /** @param ip an IP address; anything else is in no network */
    public boolean contains(String ip) {
        return address(ip).filter(this::contains).isPresent();
    }

    private boolean contains(byte[] other) {
        if (other.length != address.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        int rest = bits % Byte.SIZE;
        return Arrays.equals(address, 0, whole, other, 0, whole)
                && (rest == 0 || (address[whole] ^ other[whole]) >> (Byte.SIZE - rest) == 0);
    }

    /** Never asks a name server: what is no literal address is empty. */
    private static Optional<byte[]> address(String ip) {
        if (!ADDRESS.matcher(ip).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(ip).getAddress());
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // digits and colons in another order than an address has them
        }
    }

    /** Two that are written alike are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Network network && network.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
