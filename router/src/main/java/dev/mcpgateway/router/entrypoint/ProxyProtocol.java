package dev.mcpgateway.router.entrypoint;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header by which a proxy tells, before anything else on a connection, whose connection it passes on. Versions 1
 * and 2 of the protocol.
 */
final class ProxyProtocol {
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int MAX_LINE_BYTES = 107;
    private static final int MAX_REST_BYTES = 4_096;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final Pattern LINE =
            Pattern.compile("PROXY (?:UNKNOWN(?: .*)?|(?<family>TCP4|TCP6) (?<source>[0-9A-Fa-f:.]+) [0-9A-Fa-f:.]+"
                    + " [0-9]{1,5} [0-9]{1,5})");

    private ProxyProtocol() {}

    /**
     * Reads the header and nothing behind it.
     *
     * @return the client; empty if the proxy speaks for itself
     * @throws IOException if it is malformed or ends early
     */
    static Optional<InetAddress> read(InputStream in) throws IOException {
        int first = next(in);
        return switch (first) {
            case 'P' -> readLine(in);
            case '\r' -> readBinary(in);
            default -> throw malformed();
        };
    }

    private static Optional<InetAddress> readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder("P");
        while (!line.toString().endsWith("\r\n")) {
            if (line.length() == MAX_LINE_BYTES) {
                throw malformed();
            }
            line.append((char) next(in));
        }
        Matcher matcher = LINE.matcher(line.substring(0, line.length() - 2));
        if (!matcher.matches()) {
            throw malformed();
        }
        if (matcher.group("family") == null) {
            return Optional.empty();
        }
        InetAddress address = IpAddress.parse(matcher.group("source")).orElseThrow(ProxyProtocol::malformed);
        boolean four = matcher.group("family").equals("TCP4");
        if (four != (address.getAddress().length == IPV4_BYTES)) {
            throw malformed();
        }
        return Optional.of(address);
    }

    private static Optional<InetAddress> readBinary(InputStream in) throws IOException {
        byte[] head = new byte[SIGNATURE.length + 4];
        head[0] = '\r';
        for (int i = 1; i < head.length; i++) {
            head[i] = (byte) next(in);
        }
        int length = ((head[14] & 0xFF) << 8) | (head[15] & 0xFF);
        if (!Arrays.equals(head, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length) || length > MAX_REST_BYTES) {
            throw malformed();
        }
        byte[] rest = in.readNBytes(length);
        if (rest.length < length) {
            throw malformed();
        }
        return switch (head[12]) {
            case 0x20 -> Optional.empty(); // LOCAL: a check of the proxy's own
            case 0x21 -> source(head[13], rest);
            default -> throw malformed();
        };
    }

    private static Optional<InetAddress> source(byte family, byte[] rest) throws IOException {
        return switch (family) {
            case 0x00 -> Optional.empty();
            case 0x11 -> Optional.of(address(rest, IPV4_BYTES));
            case 0x21 -> Optional.of(address(rest, IPV6_BYTES));
            default -> throw malformed();
        };
    }

    private static InetAddress address(byte[] rest, int bytes) throws IOException {
        if (rest.length < 2 * bytes + 4) {
            throw malformed();
        }
        try {
            return InetAddress.getByAddress(Arrays.copyOf(rest, bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address of that length is one", e);
        }
    }

    private static int next(InputStream in) throws IOException {
        int next = in.read();
        if (next == -1) {
            throw malformed();
        }
        return next;
    }

    private static IOException malformed() {
        return new IOException("A connection of a trusted proxy does not begin with a PROXY header");
    }
}
