package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.certificate.CertificateStore;
import dev.mcpgateway.router.certificate.ChallengeCertificates;
import dev.mcpgateway.router.upstream.Balancing;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.RequestBody;
import dev.mcpgateway.router.upstream.ScriptedUpstream;
import dev.mcpgateway.router.upstream.Trust;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamException;
import dev.mcpgateway.router.upstream.UpstreamException.CannotConnect;
import dev.mcpgateway.router.upstream.UpstreamException.ConnectionLost;
import dev.mcpgateway.router.upstream.UpstreamLimits;
import dev.mcpgateway.router.upstream.UpstreamRequest;
import dev.mcpgateway.router.upstream.UpstreamResponse;
import dev.mcpgateway.router.upstream.UpstreamTimeouts;
import dev.mcpgateway.router.upstream.Upstreams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate for mcp.test, from an authority that the system does not know. */
@Timeout(60)
class UpstreamTlsTest {
    private static final UpstreamTimeouts PATIENT = new UpstreamTimeouts(
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(20));

    /** Every name leads to this machine. */
    private final Upstreams upstreams = new Upstreams(
            UpstreamLimits.DEFAULTS, _ -> List.of(InetAddress.getLoopbackAddress()), Duration.ofSeconds(10));

    @TempDir
    private Path folder;

    private CertificateStore certificates;
    private ScriptedUpstream server;

    @BeforeEach
    void listen() throws IOException {
        certificates = CertificateStore.open(
                folder, Set.of("test"), Set.of("mcp.test"), "mcp.test", ChallengeCertificates.NONE, Clock.systemUTC());
        server = serve(TestRouter.answering(TestRouter.HELLO));
    }

    @AfterEach
    void close() throws IOException {
        upstreams.close();
        certificates.close();
        server.close();
    }

    @Test
    void trustsTheAuthorityOfItsFile() throws IOException {
        for (int i = 0; i < 5; i++) {
            assertThat(ask("https://mcp.test", certificates.authorityFile())).isEqualTo("hello");
        }

        assertThat(server.connections()).isEqualTo(1);
        assertThat(server.requests()).hasSize(5);
    }

    @Test
    void trustsNoOtherAuthority() {
        assertThatThrownBy(() -> ask("https://mcp.test", null))
                .isInstanceOf(CannotConnect.class)
                .hasMessageContaining("PKIX path building failed");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void acceptsNoCertificateForAnotherName() {
        assertThatThrownBy(() -> ask("https://other.test", certificates.authorityFile()))
                .isInstanceOf(CannotConnect.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void acceptsNoCertificateForANameWhereTheUrlHasAnAddress() {
        assertThatThrownBy(() -> ask("https://127.0.0.1", certificates.authorityFile()))
                .isInstanceOf(CannotConnect.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void neverFallsBackToPlainBytes() throws IOException {
        try (ScriptedUpstream plain = ScriptedUpstream.answering(TestRouter.HELLO)) {
            String url = "https://mcp.test:" + plain.endpoint().authority().split(":", 2)[1];

            assertThatThrownBy(() -> send(url, certificates.authorityFile(), PATIENT))
                    .isInstanceOf(CannotConnect.class);
            assertThat(plain.requests()).isEmpty();
        }
    }

    @Test
    void aHandshakeThatDoesNotEndIsGivenUp() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        UpstreamTimeouts brief = new UpstreamTimeouts(
                Duration.ofMillis(300), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ZERO);
        try (ScriptedUpstream silent = ScriptedUpstream.playing(_ -> never.await())) {
            String url = "https://mcp.test:" + silent.endpoint().authority().split(":", 2)[1];
            long start = System.nanoTime();

            assertThatThrownBy(() -> send(url, null, brief))
                    .isInstanceOf(CannotConnect.class)
                    .hasMessageEndingWith("it takes too long");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            never.countDown();
        }
    }

    @Test
    void aSilentServerIsGivenUp() throws IOException {
        server.close();
        CountDownLatch never = new CountDownLatch(1);
        server = serve(peer -> {
            peer.readRequest();
            never.await();
        });
        UpstreamTimeouts brief = new UpstreamTimeouts(
                Duration.ofSeconds(10), Duration.ofMillis(300), Duration.ofSeconds(10), Duration.ZERO);

        assertThatThrownBy(() -> send("https://mcp.test:" + port(), certificates.authorityFile(), brief))
                .isInstanceOf(UpstreamException.TimedOut.class)
                .hasMessageEndingWith("does not answer");
        never.countDown();
    }

    @Test
    void aPostThatMayHaveBeenReadIsNotRepeated() throws IOException {
        server.close();
        server = serve(peer -> {
            peer.readRequest();
            peer.reset();
        });

        assertThatThrownBy(() -> ask("https://mcp.test", certificates.authorityFile()))
                .isInstanceOf(ConnectionLost.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anAnswerThatAnybodyMayHaveCutShortIsNotTakenForWhole() throws IOException {
        server.close();
        server = serve(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\n\r\nhalf of it");
        });

        assertThatThrownBy(() -> ask("https://mcp.test", certificates.authorityFile()))
                .isInstanceOf(ConnectionLost.class)
                .hasMessageEndingWith("marks the end of its answer by closing, which over TLS anybody can");
    }

    @Test
    void aConnectionWithMoreThanTheAnswerIsNotUsedAgain() throws IOException {
        server.close();
        String body = "x".repeat(12_000);
        server = serve(TestRouter.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 12000\r\n\r\n" + body + "HTTP/1.1 200 OK\r\n\r\npoison"));
        for (int i = 0; i < 3; i++) {
            assertThat(ask("https://mcp.test", certificates.authorityFile())).isEqualTo(body);
        }

        assertThat(server.connections()).isEqualTo(3);
    }

    @Test
    void saysWhatIsWrongWithAFileOfAuthorities() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");

        assertThatThrownBy(() -> Trust.check("echo", empty))
                .hasMessage(
                        "The ca_file of echo, %s, cannot be used (it holds no certificates). Accepted: a file with the certificates of authorities as PEM"
                                .formatted(empty));
        assertThatThrownBy(() -> Trust.check("echo", folder.resolve("missing.pem")))
                .hasMessageContaining("missing.pem, cannot be used (NoSuchFileException)");
    }

    private ScriptedUpstream serve(ScriptedUpstream.Script script) throws IOException {
        ServerSocket listener = certificates
                .context(_ -> {})
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        return ScriptedUpstream.on(listener, script);
    }

    private String port() {
        return server.endpoint().authority().split(":", 2)[1];
    }

    private String ask(String origin, @Nullable Path caFile) throws IOException {
        return send(origin + ":" + port(), caFile, PATIENT);
    }

    private String send(String url, @Nullable Path caFile, UpstreamTimeouts timeouts) throws IOException {
        Upstream upstream = new Upstream(
                "echo", List.of(Upstream.server("echo", url, 1, "/mcp", caFile)), timeouts, Balancing.DEFAULTS);
        RequestBody body = new RequestBody.Bytes("{}".getBytes(StandardCharsets.ISO_8859_1));
        UpstreamRequest request = new UpstreamRequest("POST", "/mcp", HeaderList.EMPTY, body, timeouts);
        try (UpstreamResponse response = upstreams.send(upstream, request)) {
            return new String(response.readUpTo(12_001), StandardCharsets.ISO_8859_1);
        }
    }
}
