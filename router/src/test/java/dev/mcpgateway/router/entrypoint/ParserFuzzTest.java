package dev.mcpgateway.router.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.HeaderList;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Parsers that strangers feed fall over nothing, and what they let through keeps its promises. */
class ParserFuzzTest {
    private static final int TEXTS = Integer.getInteger("fuzz.texts", 100_000);
    private static final String ODD = "/?#%.;:\\@[]\"=, \t\r\n\0\u0080\u00ff0123456789abcdefAFx-_~|";

    private final Random random = new Random(Long.getLong("fuzz.seed", 7_239L));

    @Test
    void targetsAreKeptByteForByteOrRefused() {
        int taken = 0;
        for (int i = 0; i < TEXTS; i++) {
            String target = mutate("/echo/mcp/a%20b?c=d&e");
            String host = mutate("echo.example.com:8443");
            try {
                RequestTarget parsed = RequestTarget.parse("GET " + target + " HTTP/1.1", List.of(host), "https");
                taken++;

                assertThat("https://" + host + target).endsWith(parsed.raw());
                assertThat(parsed.raw()).matches("/[!-~]*");
                assertThat(parsed.path()).doesNotContain("//", "/../", "/./", "\\", ";", "%2f", "%2F", "%5c", "%00");
                assertThat(parsed.authority()).isEqualTo(host).startsWithIgnoringCase(parsed.host());
                assertThat(parsed.host()).matches("[a-z0-9._\\[\\]:-]+");
            } catch (RefusedRequest e) {
                assertThat(e.status()).isIn(400, 405);
            }
        }
        assertThat(taken).isPositive();
    }

    @Test
    void clientAddressesAreAddressesWhateverProxiesSay() {
        InetAddress peer = InetAddress.ofLiteral("127.0.0.1");
        List<TrustedProxies.Network> networks =
                TrustedProxies.parse(List.of("127.0.0.1", "10.0.0.0/8")).orElseThrow();
        for (int i = 0; i < TEXTS; i++) {
            String name = i % 2 == 0 ? "Forwarded" : "X-Forwarded-For";
            String value = mutate("for=\"[2001:db8::1]:4711\";proto=https, 10.0.0.1, 203.0.113.7");
            HeaderList headers;
            try {
                headers = HeaderList.of(name, value);
            } catch (IllegalArgumentException _) {
                continue; // no header field
            }
            for (TrustedProxies.Field field : TrustedProxies.Field.values()) {
                ClientAddress client =
                        ClientAddress.of(peer, true, headers, new TrustedProxies(networks, field, false));

                assertThat(client.address()).matches("[0-9a-f.:]+");
                assertThat(client.scheme()).isIn("https", "http");
            }
        }
    }

    @Test
    void proxyHeadersAreReadOrRefused() {
        String version2 = "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000c\u00cb\0q\u0007\u007f\0\0\u0001\u00124\u0001\u00bb";
        for (int i = 0; i < TEXTS; i++) {
            String header = mutate(i % 2 == 0 ? "PROXY TCP4 203.0.113.7 127.0.0.1 4711 443\r\n" : version2);
            ByteArrayInputStream in = new ByteArrayInputStream(header.getBytes(StandardCharsets.ISO_8859_1));
            try {
                ProxyProtocol.read(in);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("PROXY");
            }
        }
    }

    private String mutate(String text) {
        StringBuilder result = new StringBuilder(text);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(result.length() + 1);
            int end = Math.min(result.length(), at + 1 + random.nextInt(6));
            switch (random.nextInt(4)) {
                case 0 -> result.delete(at, end);
                case 1 -> result.insert(at, result.substring(at, end));
                case 2 -> result.insert(at, (char) random.nextInt(256));
                default -> result.insert(at, ODD.charAt(random.nextInt(ODD.length())));
            }
        }
        return result.toString();
    }
}
