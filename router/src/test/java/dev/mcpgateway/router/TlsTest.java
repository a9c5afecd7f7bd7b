package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void showsTheCertificateOfTheHostThatIsNamed(String protocol) throws IOException {
        try (TestRouter router = TestRouter.setup().hostForm().start()) {
            for (String host : List.of("auth.example.test", "echo.example.test")) {
                try (SSLSocket socket = router.tlsSocket(host, List.of(protocol))) {
                    X509Certificate leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];

                    assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
                    assertThat(socket.getSession().getCipherSuite()).containsAnyOf("GCM", "CHACHA20");
                    assertThat(leaf.toString()).contains("DNSName: " + host);
                    assertThat(Duration.between(
                                    leaf.getNotBefore().toInstant(),
                                    leaf.getNotAfter().toInstant()))
                            .isLessThan(Duration.ofDays(397));
                }
            }
        }
    }

    /** By a ticket, which the router can read for an hour (its keys are Java's, replaced as often). */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void resumesSessionsForAnHour(String protocol) throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            TlsClient client = TlsClient.anonymous();
            long first = sessionBegan(router, client, protocol);

            assertThat(sessionBegan(router, client, protocol)).isEqualTo(first);
            assertThat(sessionBegan(router, TlsClient.anonymous(), protocol)).isGreaterThan(first);
            assertThat(router.router()
                            .certificates()
                            .context(_ -> {})
                            .getServerSessionContext()
                            .getSessionTimeout())
                    .isEqualTo(3600);
        }
    }

    private static long sessionBegan(TestRouter router, TlsClient client, String protocol) throws IOException {
        int port = router.router().httpsPort();
        try (SSLSocket socket = client.handshake(port, "localhost", protocol, "http/1.1");
                RawClient connection = new RawClient(socket)) {
            // An answer, because tickets of TLS 1.3 come with what follows the handshake.
            connection
                    .send("GET /nowhere HTTP/1.1\r\nHost: localhost:%d\r\n\r\n".formatted(port))
                    .read();
            return socket.getSession().getCreationTime();
        }
    }

    /** Groups that withstand quantum computers come first where Java has them; Java 25 has none for TLS. */
    @Test
    void agreesOnKeysByTheBestGroupOfTheRuntime() throws Exception {
        String[] groups = SSLContext.getDefault().getSupportedSSLParameters().getNamedGroups();
        String best = groups == null ? "x25519" : groups[0];
        System.out.println("TLS key agreement of this Java begins with " + best);

        assertThat(Stream.of(groups == null ? new String[] {best} : groups))
                .as("a post-quantum group, if there is one, must be the first")
                .filteredOn(group -> group.contains("MLKEM"))
                .allMatch(group -> best.contains("MLKEM"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1", "TLSv1.1"})
    void speaksNoOldTls(String protocol) throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            assertThatThrownBy(() -> router.tlsSocket("localhost", List.of(protocol)))
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void turnsAwayRequestsForAnotherHostThanTheConnectionWasMadeTo() throws IOException {
        try (TestRouter router = TestRouter.setup().hostForm().start();
                RawClient client = router.connect("auth.example.test")) {
            String request = "GET /mcp HTTP/1.1\r\nHost: %s.example.test:"
                    + router.router().httpsPort() + "\r\n\r\n";

            RawClient.Answer answer = client.send(request.formatted("echo")).read();
            assertThat(answer.status()).isEqualTo(421);
            assertThat(answer.body()).contains("\"error\":\"misdirected_request\"");
            assertThat(client.send(request.formatted("nobody")).read().status()).isEqualTo(404);
            assertThat(client.send(request.formatted("AUTH").replace("/mcp", "/token"))
                            .read()
                            .status())
                    .isEqualTo(200);
            assertThat(router.questions()).isEmpty();
        }
    }

    @Test
    void servesAnyHostToClientsThatNamedNone() throws IOException {
        try (TestRouter router = TestRouter.setup().hostForm().start();
                RawClient client = router.connectWithoutServerName()) {
            assertThat(client.send("GET /mcp HTTP/1.1\r\nHost: echo.example.test:%d\r\n\r\n"
                                    .formatted(router.router().httpsPort()))
                            .read()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void keepsTheAuthorityAcrossStartsAndItsKeyToItself() throws IOException {
        Path folder = Files.createTempDirectory("tls-test");
        byte[] first;
        try (TestRouter router =
                TestRouter.setup().with("CERTIFICATES_DIR", folder.toString()).start()) {
            first = Files.readAllBytes(router.router().caFile());
            assertThat(Files.getPosixFilePermissions(folder.resolve("local-ca-key.pem")))
                    .extracting(Enum::name)
                    .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
        }
        try (TestRouter router =
                TestRouter.setup().with("CERTIFICATES_DIR", folder.toString()).start()) {
            assertThat(router.router().caFile())
                    .isEqualTo(folder.resolve("local-ca.pem"))
                    .hasBinaryContent(first);
        }
    }

    @Test
    void staysOpenAndQuietUnderConnectionsThatComeToNothing() throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream stderr = System.err;
        Recorder recorder = new Recorder();
        Logger.getLogger("").addHandler(recorder);
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (TestRouter router = TestRouter.setup().with("MAX_CONNECTIONS", "5").start()) {
            for (int i = 0; i < 20; i++) {
                new Socket(InetAddress.getLoopbackAddress(), router.router().httpsPort()).close();
                try (Socket plain = new Socket(
                        InetAddress.getLoopbackAddress(), router.router().httpsPort())) {
                    plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    plain.getInputStream().readAllBytes();
                }
                Eventually.holds(() -> answers(router));
                try (RawClient half = router.connect()) {
                    half.send("GET /echo/mcp HTT");
                }
                new Socket(InetAddress.getLoopbackAddress(), router.router().httpPort()).close();
            }
            Eventually.holds(() -> answers(router));
        } finally {
            System.setErr(stderr);
            Logger.getLogger("").removeHandler(recorder);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(recorder.loud).isEmpty();
    }

    @Test
    void refusesConnectionsBeyondTheBound() throws IOException {
        try (TestRouter router = TestRouter.setup().with("MAX_CONNECTIONS", "2").start()) {
            RawClient first = router.connect();
            RawClient second = router.connect();

            assertThatThrownBy(router::connect).hasRootCauseInstanceOf(IOException.class);

            first.close();
            Eventually.holds(() -> answers(router));
            second.close();
        }
    }

    private static boolean answers(TestRouter router) {
        try {
            return router.ask(router.get("/token")).status() == 200;
        } catch (IOException | RuntimeException _) {
            return false;
        }
    }

    private static final class Recorder extends Handler {
        private final List<String> loud = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                loud.add(entry.getLoggerName() + ": " + entry.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
