package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.settings.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Proxies in front of the router: listed ones are believed, others never. Clients here have addresses in 127.0.0.0/8.
 */
@Execution(ExecutionMode.CONCURRENT) // its cases wait, each for something else
class TrustedProxyTest {
    private static final String V2 = "\r\n\r\n\0\r\nQUIT\n";

    private static String seenClient(TestRouter router) {
        String question = router.questions().getLast();
        return question.split("\r\nX-Forwarded-For: ", 2)[1].split("\r", 2)[0];
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "203.0.113.7; 203.0.113.7",
                "1.2.3.4, 203.0.113.7; 203.0.113.7",
                "203.0.113.7, 10.0.0.1; 203.0.113.7",
                "1.2.3.4, 203.0.113.7, 10.0.0.1, 10.9.9.9; 203.0.113.7",
                "10.0.0.2, 10.0.0.1; 10.0.0.2",
                "203.0.113.7:4711; 203.0.113.7",
                "2001:db8::1; 2001:db8:0:0:0:0:0:1",
                "[2001:db8::1]:4711; 2001:db8:0:0:0:0:0:1",
                "203.0.113.7, unknown; 127.0.0.1",
                "203.0.113.7, ; 127.0.0.1",
                "203.0.113.7, example.com; 127.0.0.1",
                "203.0.113.7, 999.1.1.1; 127.0.0.1",
                "203.0.113.7, 10.0.0.1 10.0.0.2; 127.0.0.1"
            })
    void believesTheNearestHopThatIsNotTrusted(String field, String client) throws IOException {
        try (TestRouter router = TestRouter.setup()
                .with("TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8")
                .start()) {
            router.ask(router.get("/echo/mcp", "X-Forwarded-For: " + field, "Forwarded: for=6.6.6.6"));

            assertThat(seenClient(router)).isEqualTo(client);
            assertThat(router.service().requests().getLast()).contains("\r\nX-Forwarded-For: " + client + "\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "for=203.0.113.7'|'proto=http; 203.0.113.7",
                "For=\"203.0.113.7:4711\"; 203.0.113.7",
                "for=\"[2001:db8::1]\"; 2001:db8:0:0:0:0:0:1",
                "for=6.6.6.6, for=203.0.113.7; 203.0.113.7",
                "for=203.0.113.7, for=_hidden; 127.0.0.1",
                "for=203.0.113.7, for=\"a\\\"b\"; 127.0.0.1",
                "for=203.0.113.7, by=10.0.0.1; 127.0.0.1"
            })
    void readsForwardedWhereThatIsChosen(String field, String client) throws IOException {
        try (TestRouter router = TestRouter.setup()
                .with("TRUSTED_PROXIES", "127.0.0.1")
                .with("TRUSTED_FIELD", "Forwarded")
                .start()) {
            router.ask(router.get("/echo/mcp", "Forwarded: " + field.replace("'|'", ";"), "X-Forwarded-For: 6.6.6.6"));

            assertThat(seenClient(router)).isEqualTo(client);
        }
    }

    @Test
    void believesNobodyByDefaultAndNobodyWhoIsNotListed() throws IOException {
        String[] lies = {
            "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: http", "X-Forwarded-Host: evil", "Forwarded: for=6.6.6.6"
        };
        try (TestRouter router = TestRouter.setup().start()) {
            router.ask(router.get("/echo/mcp", lies));
            assertThat(seenClient(router)).isEqualTo("127.0.0.1");
        }
        try (TestRouter router =
                        TestRouter.setup().with("TRUSTED_PROXIES", "127.0.0.2").start();
                RawClient stranger = router.connect();
                RawClient proxy = router.connectFrom("127.0.0.2")) {
            stranger.send(router.get("/echo/mcp", lies)).read();
            assertThat(seenClient(router)).isEqualTo("127.0.0.1");
            assertThat(router.questions().getLast())
                    .contains("\r\nX-Forwarded-Proto: https\r\n")
                    .doesNotContain("evil");

            proxy.send(router.get("/echo/mcp", "X-Forwarded-For: 203.0.113.7")).read();
            assertThat(seenClient(router)).isEqualTo("203.0.113.7");
        }
    }

    @Test
    void asksTheRoutesForTheHostThatTheProxyWasAskedFor() throws IOException {
        try (TestRouter router = TestRouter.setup()
                        .hostForm()
                        .with("TRUSTED_PROXIES", "127.0.0.1")
                        .start();
                RawClient proxy = router.connect("auth.example.test")) {
            String host = "echo.example.test:" + router.router().httpsPort();
            String request = "GET /mcp HTTP/1.1\r\nHost: router\r\nX-Forwarded-Host: %s\r\n\r\n";

            assertThat(proxy.send(request.formatted(host)).read().status()).isEqualTo(200);
            assertThat(router.questions().getLast()).contains("\r\nX-Forwarded-Host: " + host + "\r\n");
            assertThat(proxy.send(request.formatted("a@b")).read().status()).isEqualTo(400);
        }
    }

    @Test
    void servesOnThePlainEntryPointOnlyWhatCameOverHttpsToAProxy() throws IOException {
        try (TestRouter router =
                        TestRouter.setup().with("TRUSTED_PROXIES", "127.0.0.1").start();
                RawClient proxy = router.connectPlain(router.router().httpPort())) {
            assertThat(proxy.send(router.get("/echo/mcp")).read().status()).isEqualTo(308);
            assertThat(proxy.send(router.get("/echo/mcp", "X-Forwarded-Proto: http"))
                            .read()
                            .status())
                    .isEqualTo(308);
            assertThat(router.service().requests()).isEmpty();

            assertThat(proxy.send(router.get("/echo/mcp", "X-Forwarded-Proto: https"))
                            .read()
                            .status())
                    .isEqualTo(200);
            assertThat(router.questions().getLast()).contains("\r\nX-Forwarded-Proto: https\r\n");
        }
        try (TestRouter router = TestRouter.setup().start();
                RawClient stranger = router.connectPlain(router.router().httpPort())) {
            assertThat(stranger.send(router.get("/echo/mcp", "X-Forwarded-Proto: https"))
                            .read()
                            .status())
                    .isEqualTo(308);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 203.0.113.7 127.0.0.1 4711 443\r\n",
                V2 + "!\u0011\0\u000c\u00cb\0q\u0007\u007f\0\0\u0001\u00124\u0001\u00bb",
                V2 + "!\u0011\0\u0010\u00cb\0q\u0007\u007f\0\0\u0001\u00124\u0001\u00bb\u0004\0\u0001x"
            })
    void takesTheClientFromAProxyHeader(String header) throws IOException {
        try (TestRouter router = proxyProtocol().start()) {
            try (RawClient client = tls(router, "127.0.0.2", header)) {
                for (int i = 0; i < 2; i++) {
                    client.send(router.get("/echo/mcp", "X-Forwarded-For: 6.6.6.6"))
                            .read();
                    assertThat(seenClient(router)).isEqualTo("203.0.113.7");
                }
            }
            try (RawClient client = plain(router.router().httpPort(), "127.0.0.2")) {
                client.send(header + router.get("/echo/mcp"));
                assertThat(client.read().status()).isEqualTo(308);
                assertThat(client.send(router.get("/echo/mcp")).read().status()).isEqualTo(308);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN x y\r\n", V2 + " \0\0\0", V2 + "!\0\0\0"})
    void takesAProxyThatSpeaksForItselfAsTheClient(String header) throws IOException {
        try (TestRouter router = proxyProtocol().start();
                RawClient client = tls(router, "127.0.0.2", header)) {
            client.send(router.get("/echo/mcp")).read();

            assertThat(seenClient(router)).isEqualTo("127.0.0.2");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "PROXY TCP4 203.0.113.7 127.0.0.1 4711 443\n",
                "PROXY TCP4 example.com 127.0.0.1 4711 443\r\n",
                "PROXY TCP4 2001:db8::1 127.0.0.1 4711 443\r\n",
                "PROXY TCP6 203.0.113.7 127.0.0.1 4711 443\r\n",
                "PROXY TCP4 203.0.113.7\r\n",
                "PROXY UDP4 203.0.113.7 127.0.0.1 4711 443\r\n",
                "proxy TCP4 203.0.113.7 127.0.0.1 4711 443\r\n",
                "PROXY UNKNOWN xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                V2 + "\u0011\u0011\0\u000c\u00cb\0q\u0007\u007f\0\0\u0001\u00124\u0001\u00bb",
                V2 + "!\u0012\0\u000c\u00cb\0q\u0007\u007f\0\0\u0001\u00124\u0001\u00bb",
                V2 + "!\u0011\0\u0001x",
                V2 + "!\u0011\u00ff\u00ff",
                "\r\n\r\n\0\r\nQUIX\n \0\0\0"
            })
    void cutsProxiesThatBeginOtherwise(String header) throws IOException {
        try (TestRouter router = proxyProtocol().start()) {
            assertThatThrownBy(() -> tls(router, "127.0.0.2", header)).isInstanceOf(IOException.class);
            try (RawClient client = plain(router.router().httpPort(), "127.0.0.2")) {
                client.send(header + router.get("/echo/mcp") + " ".repeat(300));
                assertThat(client.readToEnd()).doesNotStartWith("HTTP/1.1 3").doesNotStartWith("HTTP/1.1 2");
            }
            assertThat(router.questions()).isEmpty();
        }
    }

    @Test
    void refusesHeadersOfStrangersAndServesThemWithout() throws IOException {
        String header = "PROXY TCP4 203.0.113.7 127.0.0.1 4711 443\r\n";
        try (TestRouter router = proxyProtocol().start();
                RawClient stranger = router.connect()) {
            assertThatThrownBy(() -> tls(router, "127.0.0.3", header)).isInstanceOf(IOException.class);
            try (RawClient client = plain(router.router().httpPort(), "127.0.0.3")) {
                assertThat(client.send(header + router.get("/echo/mcp")).read().status())
                        .isIn(400, 505);
            }

            stranger.send(router.get("/echo/mcp")).read();
            assertThat(seenClient(router)).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void isNotHeldUpByAProxyThatIsSlowWithItsHeader() throws IOException {
        try (TestRouter router = proxyProtocol().with("HANDSHAKE_TIMEOUT", "1s").start();
                RawClient slow = plain(router.router().httpsPort(), "127.0.0.2")) {
            slow.send("PROXY TCP4 ");
            assertThat(router.ask(router.get("/echo/mcp")).status()).isEqualTo(200);

            assertThat(slow.readToEnd()).doesNotContain("HTTP"); // at most a TLS alert
        }
    }

    @Test
    void speaksHttp2BehindAProxyHeader() throws IOException {
        try (TestRouter router = proxyProtocol().start()) {
            Socket proxied = from("127.0.0.2", router.router().httpsPort());
            write(proxied, "PROXY TCP4 203.0.113.7 127.0.0.1 4711 443\r\n");
            try (RawHttp2Client client = new RawHttp2Client(router.http2Socket(proxied, "localhost"))) {
                client.frame(
                        RawHttp2Client.HEADERS,
                        RawHttp2Client.END_HEADERS | RawHttp2Client.END_STREAM,
                        1,
                        RawHttp2Client.block(
                                ":method",
                                "GET",
                                ":scheme",
                                "https",
                                ":authority",
                                router.host(),
                                ":path",
                                "/echo/mcp"));
                assertThat(client.answer(1).status()).isEqualTo(200);
            }
            assertThat(seenClient(router)).isEqualTo("203.0.113.7");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "example.com", "10.0.0", "2001:db8::/129", "*"})
    void refusesSettingsThatAreNoNetworks(String networks) {
        assertThatThrownBy(() ->
                        TestRouter.setup().with("TRUSTED_PROXIES", networks).start())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("TRUSTED_PROXIES");
    }

    @Test
    void needsToKnowWhoSpeaksTheProxyProtocol() {
        assertThatThrownBy(() -> TestRouter.setup().with("PROXY_PROTOCOL", "on").start())
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("PROXY_PROTOCOL=on needs TRUSTED_PROXIES");
    }

    private static TestRouter.Setup proxyProtocol() {
        return TestRouter.setup().with("PROXY_PROTOCOL", "on").with("TRUSTED_PROXIES", "127.0.0.2");
    }

    private static Socket from(String address, int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.ofLiteral(address), 0);
    }

    private static RawClient plain(int port, String address) throws IOException {
        return new RawClient(from(address, port));
    }

    private static RawClient tls(TestRouter router, String address, String header) throws IOException {
        Socket plain = from(address, router.router().httpsPort());
        write(plain, header);
        SSLSocket socket = router.tlsSocket(plain, "localhost", List.of("TLSv1.3"));
        return new RawClient(socket);
    }

    private static void write(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }
}
