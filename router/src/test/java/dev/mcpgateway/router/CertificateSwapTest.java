package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.certificate.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** What clients see of certificates that come, change and go. */
class CertificateSwapTest {
    private static final TestAuthority AUTHORITY = new TestAuthority("Some CA");
    private static final int SWAPS = 100;
    private static final int HANDSHAKES_PER_SECOND = 200;
    private static final int AT_ONCE = 32;
    private static final int STREAMS = 50;
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + chunk("data: 1\n\n");
    private static final String MORE = chunk("data: 2\n\n") + chunk("");

    @Test
    void showsFilesOfTheOperatorsWithinSecondsAndEndsThatWhenTheyAreGone() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            assertThat(issuer(router, "localhost")).contains("MCP Gateway local CA");

            place(router, AUTHORITY.certify("localhost"));
            Eventually.holds(() -> issuer(router, "localhost").equals("CN=Some CA"));

            Files.delete(file(router));
            Eventually.holds(() -> issuer(router, "localhost").contains("MCP Gateway local CA"));
        }
    }

    @Test
    void showsAnRsaKeyToClientsOfBothVersions() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            place(
                    router,
                    AUTHORITY.certify(TestAuthority.rsaKey(), Instant.now().minusSeconds(60), "localhost"));
            Eventually.holds(() -> issuer(router, "localhost").equals("CN=Some CA"));

            for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                try (SSLSocket socket = handshake(router, "localhost", version, "http/1.1")) {
                    assertThat(socket.getSession().getCipherSuite()).containsAnyOf("ECDHE_RSA", "TLS_AES");
                    assertThat(leaf(socket).getPublicKey().getAlgorithm()).isEqualTo("RSA");
                }
            }
        }
    }

    /** A host that a rule names only by a pattern has no certificate of its own. */
    @Test
    void showsAWildcardToHostsBelowIt() throws IOException {
        try (TestRouter router = TestRouter.setup().hostForm().start()) {
            place(router, AUTHORITY.certify("*.example.test"));
            Eventually.holds(() -> issuer(router, "anything.example.test").equals("CN=Some CA"));

            assertThat(issuer(router, "echo.example.test")).isEqualTo("CN=Some CA");
            assertThat(issuer(router, "a.b.example.test")).isEqualTo("CN=Some CA"); // the default host's
        }
    }

    /** Outside an order there is nothing to see for a certificate authority, and nobody else speaks its protocol. */
    @Test
    void refusesTheProtocolOfCertificateChallengesWhileNoneIsUnderWay() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            assertThatThrownBy(() -> handshake(router, "localhost", "TLSv1.3", "acme-tls/1"))
                    .isInstanceOf(SSLException.class);
        }
    }

    /** Figure F-09: handshakes go on all the time, and streams stay open, while the certificate is replaced. */
    @Test
    void losesNoHandshakeAndNoStreamWhileCertificatesAreReplaced()
            throws IOException, InterruptedException, ExecutionException {
        CountDownLatch replaced = new CountDownLatch(1);
        try (TestRouter router = TestRouter.setup()
                        .service(peer -> {
                            peer.readRequest();
                            peer.send(STREAM);
                            replaced.await();
                            peer.send(MORE);
                        })
                        .start();
                ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            place(router, AUTHORITY.certify("localhost"));
            Eventually.holds(() -> issuer(router, "localhost").equals("CN=Some CA"));
            List<RawClient> streams = openStreams(router);
            Set<String> seen = ConcurrentHashMap.newKeySet();
            AtomicInteger failures = new AtomicInteger();
            List<Future<?>> handshakes = new ArrayList<>();
            Semaphore places = new Semaphore(AT_ONCE);
            Runnable client = () -> {
                if (places.tryAcquire()) { // a machine that is too busy for so many gets fewer
                    handshakes.add(clients.submit(() -> {
                        try (SSLSocket socket = handshake(router, "localhost", "TLSv1.3", "http/1.1")) {
                            seen.add(leaf(socket).getSerialNumber().toString());
                        } catch (IOException _) {
                            failures.incrementAndGet();
                        } finally {
                            places.release();
                        }
                    }));
                }
            };
            long period = TimeUnit.SECONDS.toMicros(1) / HANDSHAKES_PER_SECOND;
            Future<?> running = clock.scheduleAtFixedRate(client, 0, period, TimeUnit.MICROSECONDS);
            Instant start = Instant.now();

            for (int i = 0; i < SWAPS; i++) {
                Credential next = AUTHORITY.certify("localhost");
                place(router, next);
                router.router().certificates().refresh();
                String serial = next.certificate().getSerialNumber().toString();
                Eventually.holds(() -> seen.contains(serial));
            }

            running.cancel(false);
            clock.shutdown();
            clock.awaitTermination(10, TimeUnit.SECONDS);
            for (Future<?> handshake : handshakes) {
                handshake.get();
            }
            replaced.countDown();
            int whole = 0;
            for (RawClient stream : streams) {
                whole += stream.readChunk().contains("data: 2")
                                && stream.readChunk().isEmpty()
                        ? 1
                        : 0;
                stream.close();
            }
            System.out.printf(
                    "F-09: %d certificates in %d ms, %d handshakes of which %d failed, %d of %d streams whole%n",
                    SWAPS,
                    Duration.between(start, Instant.now()).toMillis(),
                    handshakes.size(),
                    failures.get(),
                    whole,
                    STREAMS);
            assertThat(failures).hasValue(0);
            assertThat(seen).hasSizeGreaterThanOrEqualTo(SWAPS);
            assertThat(whole).isEqualTo(STREAMS);
        }
    }

    private static String chunk(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }

    private static List<RawClient> openStreams(TestRouter router) throws IOException {
        List<RawClient> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            RawClient stream = new RawClient(handshake(router, "localhost", "TLSv1.3", "http/1.1"));
            assertThat(stream.send(router.get("/echo/mcp")).readHead().status()).isEqualTo(200);
            assertThat(stream.readChunk()).contains("data: 1");
            streams.add(stream);
        }
        return streams;
    }

    private static Path file(TestRouter router) {
        return router.router().caFile().resolveSibling("own").resolve("mine.pem");
    }

    private static void place(TestRouter router, Credential credential) throws IOException {
        Path file = file(router);
        Files.createDirectories(file.getParent());
        Path draft = Files.writeString(
                file.resolveSibling(".draft"),
                TestAuthority.chainPem(credential) + TestAuthority.pem(credential.key()));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String issuer(TestRouter router, String host) {
        try (SSLSocket socket = handshake(router, host, "TLSv1.3", "http/1.1")) {
            return leaf(socket).getIssuerX500Principal().getName();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static X509Certificate leaf(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    /** A full handshake: no session is left to be resumed. */
    private static SSLSocket handshake(TestRouter router, String host, String version, String protocol)
            throws IOException {
        return TlsClient.anonymous().handshake(router.router().httpsPort(), host, version, protocol);
    }
}
