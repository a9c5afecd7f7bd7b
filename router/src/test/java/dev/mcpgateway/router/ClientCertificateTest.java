package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.certificate.TestAuthority;
import dev.mcpgateway.router.upstream.ScriptedUpstream;
import dev.mcpgateway.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The middleware {@code client_certificate}. */
class ClientCertificateTest {
    private static final TestAuthority STAFF = new TestAuthority("Staff CA");
    private static final String ROUTES = """
            routes:
              staff:
                rule: Host(`staff.example.test`)
                upstream: http://INFO
                auth: none
                middlewares: [staff]
              open:
                rule: Host(`open.example.test`)
                upstream: http://INFO
                auth: none
            middlewares:
              staff: {client_certificate: {ca_file: CA_FILE}}
            """;

    @TempDir
    private Path folder;

    private Path caFile;
    private ScriptedUpstream info;

    @BeforeEach
    void setUp() throws IOException {
        info = ScriptedUpstream.playing(TestRouter.answering(TestRouter.HELLO));
        caFile = Files.writeString(folder.resolve("ca.pem"), TestAuthority.pem(STAFF.certificate()));
    }

    @AfterEach
    void tearDown() throws IOException {
        info.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void letsInWhoeverHasACertificateOfTheAuthority(String version) throws IOException {
        try (TestRouter router = start()) {
            TlsClient alice = TlsClient.with(STAFF.certify("alice"));

            assertThat(status(router, alice, version, "staff.example.test")).isEqualTo(200);
            assertThat(status(router, alice, version, "staff.example.test")).isEqualTo(200); // resumed
            assertThat(status(router, alice, version, "open.example.test")).isEqualTo(200);
        }
    }

    @Test
    void refusesEverybodyElseOnThatRouteAlone() throws IOException {
        try (TestRouter router = start()) {
            TlsClient nobody = TlsClient.anonymous();
            // Of the same name, so that the client believes that it is asked for it.
            TlsClient forger = TlsClient.with(new TestAuthority("Staff CA").certify("alice"));
            TlsClient late = TlsClient.with(
                    STAFF.certify(TestAuthority.ecKey(), Instant.now().minus(Duration.ofDays(91)), "alice"));

            for (TlsClient client : new TlsClient[] {nobody, forger, late}) {
                assertThat(status(router, client, "TLSv1.3", "staff.example.test"))
                        .isEqualTo(403);
                assertThat(status(router, client, "TLSv1.3", "open.example.test"))
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void asksNobodyWhereNoRouteNeedsIt() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            assertThat(router.router().certificates().asksForCertificates()).isFalse();
        }
    }

    @Test
    void isRefusedWithoutAuthorities() throws IOException {
        Files.writeString(caFile, "nothing");

        assertThatThrownBy(this::start)
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("middlewares.staff: the ca_file " + caFile
                        + " cannot be used (it holds no certificates); accepted is a file with the certificates of");
    }

    private TestRouter start() throws IOException {
        return TestRouter.setup()
                .hostForm()
                .yaml(ROUTES.replace("INFO", info.endpoint().toString()).replace("CA_FILE", caFile.toString()))
                .start();
    }

    private static int status(TestRouter router, TlsClient client, String version, String host) throws IOException {
        int port = router.router().httpsPort();
        try (RawClient connection = new RawClient(client.handshake(port, host, version, "http/1.1"))) {
            return connection
                    .send("GET / HTTP/1.1\r\nHost: %s:%d\r\n\r\n".formatted(host, port))
                    .read()
                    .status();
        }
    }
}
