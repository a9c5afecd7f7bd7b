package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.upstream.HeaderList;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Takes any bytes for a request line with its host, for what a proxy tells, and for a PROXY header. Called by a fuzzer,
 * and by a test with what fuzzers have found.
 */
public final class RequestFuzz {
    private static final InetAddress PEER = InetAddress.ofLiteral("127.0.0.1");
    private static final List<TrustedProxies.Network> NETWORKS =
            TrustedProxies.parse(List.of("127.0.0.1", "10.0.0.0/8", "fd00::/8")).orElseThrow();

    private RequestFuzz() {}

    /** @param input lines that end with LF, and a PROXY header */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        String[] lines = text.split("\n", 2);
        target(lines[0], lines.length > 1 ? lines[1] : "localhost");
        told(text);
        proxy(input);
    }

    private static void target(String line, String host) {
        try {
            RequestTarget target = RequestTarget.parse(line, List.of(host), "https");
            require(line.contains(target.raw()), "byte for byte");
            require(target.raw().matches("/[!-~]*"), "visible ASCII");
            require(target.authority().equals(host), "the host that was said");
            for (String ambiguous :
                    List.of("//", "/../", "/./", "\\", ";", "%2f", "%2F", "%5c", "%5C", "%00", "%2e", "%2E")) {
                require(!target.path().contains(ambiguous), "free of " + ambiguous);
            }
            require(!target.path().endsWith("/..") && !target.path().endsWith("/."), "free of dots at its end");
        } catch (RefusedRequest e) {
            require(e.status() == 400 || e.status() == 405, "refused in words");
        }
    }

    private static void told(String value) {
        for (TrustedProxies.Field field : TrustedProxies.Field.values()) {
            String name = field == TrustedProxies.Field.FORWARDED ? "Forwarded" : "X-Forwarded-For";
            HeaderList headers;
            try {
                headers = HeaderList.of(name, value, "X-Forwarded-Host", value, "X-Forwarded-Proto", value);
            } catch (IllegalArgumentException _) {
                return; // no header field
            }
            ClientAddress client = ClientAddress.of(PEER, true, headers, new TrustedProxies(NETWORKS, field, false));
            require(client.address().matches("[0-9a-f.:]+"), "an address");
            require(client.scheme().matches("https?"), "a scheme");
        }
    }

    private static void proxy(byte[] input) {
        try {
            Optional<InetAddress> client = ProxyProtocol.read(new ByteArrayInputStream(input));
            require(client.map(address -> !address.getHostAddress().isEmpty()).orElse(true), "an address");
        } catch (IOException e) {
            require(String.valueOf(e.getMessage()).contains("PROXY"), "refused in words");
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("not " + what);
        }
    }
}
