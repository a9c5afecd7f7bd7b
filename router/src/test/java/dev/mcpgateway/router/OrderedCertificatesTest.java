package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.acme.Pebble;
import dev.mcpgateway.router.certificate.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole routers that have certificates ordered from a real ACME authority. */
@Execution(ExecutionMode.CONCURRENT) // its cases wait, each for something else
class OrderedCertificatesTest {
    private static final String TOKEN = "a-management-token-of-32-characters";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"http-01", "tls-alpn-01"})
    void serveWithALocalCertificateAtOnceAndWithTheOrderedOneSoonAfter(String challenge) throws Exception {
        int http = TestRouter.freePort();
        TestRouter.Setup setup = TestRouter.setup().hostForm();
        try (Pebble pebble = Pebble.setup().start(http, setup.port());
                TestRouter router = ordering(setup, pebble, http)
                        .with("ACME_CHALLENGE", challenge)
                        .start()) {
            for (String host : new String[] {"auth.example.test", "echo.example.test"}) {
                Eventually.holds(() -> issuer(router, host).contains("Pebble"));
            }

            assertThat(report(router))
                    .contains("\"host\":\"echo.example.test\",\"source\":\"issued\"")
                    .doesNotContain("\"problem\":\"");
            assertThat(metrics(router)).contains("gateway_router_certificate_orders_total 2.0");
        }
    }

    @Test
    void orderOnceHoweverManyThereAre() throws Exception {
        int http = TestRouter.freePort();
        TestRouter.Setup setup = TestRouter.setup().hostForm();
        try (Pebble pebble = Pebble.setup().start(http, setup.port());
                TestRouter first = ordering(setup, pebble, http)
                        .with("CERTIFICATES_DIR", folder.toString())
                        .start();
                TestRouter second = ordering(TestRouter.setup().hostForm(), pebble, 0)
                        .with("CERTIFICATES_DIR", folder.toString())
                        .start()) {
            Eventually.holds(() -> issuer(first, "echo.example.test").contains("Pebble")
                    && issuer(second, "echo.example.test").contains("Pebble")
                    && issuer(second, "auth.example.test").contains("Pebble"));

            assertThat(serial(first, "echo.example.test")).isEqualTo(serial(second, "echo.example.test"));
            assertThat(orders(first) + orders(second)).isEqualTo(2);
        }
    }

    @Test
    void orderNothingForHostsWithACertificateOfTheOperators() throws Exception {
        int http = TestRouter.freePort();
        TestRouter.Setup setup = TestRouter.setup().hostForm();
        var own = new TestAuthority("Some CA").certify("*.example.test");
        Files.createDirectories(folder.resolve("own"));
        Files.writeString(folder.resolve("own/all.pem"), TestAuthority.chainPem(own) + TestAuthority.pem(own.key()));
        try (Pebble pebble = Pebble.setup().start(http, setup.port());
                TestRouter router = ordering(setup, pebble, http)
                        .with("CERTIFICATES_DIR", folder.toString())
                        .start()) {
            assertThat(issuer(router, "echo.example.test")).isEqualTo("CN=Some CA");
            assertThat(orders(router)).isZero();

            Files.delete(folder.resolve("own/all.pem"));
            Eventually.holds(() -> issuer(router, "echo.example.test").contains("Pebble"));
        }
    }

    @Test
    void sayWhyAnOrderFailedAndServeOn() throws Exception {
        int http = TestRouter.freePort();
        TestRouter.Setup setup = TestRouter.setup().hostForm();
        try (Pebble pebble = Pebble.setup()
                        .config("\"domainBlocklist\": [\"echo.example.test\"]")
                        .start(http, setup.port());
                TestRouter router = ordering(setup, pebble, http).start()) {
            Eventually.holds(() -> issuer(router, "auth.example.test").contains("Pebble"));
            Eventually.holds(() -> report(router).contains("\"problem\":\""));

            assertThat(issuer(router, "echo.example.test")).contains("local CA");
            assertThat(report(router)).contains("\"host\":\"echo.example.test\",\"source\":\"local\"");
            RawClient.Answer refused =
                    manage(router, "POST", "/admin/certificates/nobody.example.test/renew", "Content-Length: 0");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.body()).contains("nobody.example.test is not a host of any route");
            RawClient.Answer renewed =
                    manage(router, "POST", "/admin/certificates/auth.example.test/renew", "Content-Length: 0");
            assertThat(renewed.body()).contains("\"renewed\":true");
            assertThat(page(router)).contains("issued", "last time: ");
        }
    }

    @Test
    void areReportedWhereNoneAreOrdered() throws IOException {
        try (TestRouter router = managed(TestRouter.setup()).start()) {
            assertThat(report(router)).contains("\"host\":\"localhost\",\"source\":\"local\"");
            RawClient.Answer refused =
                    manage(router, "POST", "/admin/certificates/localhost/renew", "Content-Length: 0");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.body()).contains("set ACME_EMAIL and ACME_ACCEPT_TERMS");
            assertThat(manage(router, "GET", "/admin/certificates/localhost/renew")
                            .status())
                    .isEqualTo(405);
        }
    }

    private TestRouter.Setup ordering(TestRouter.Setup setup, Pebble pebble, int httpPort) throws IOException {
        return managed(setup)
                .with("ROUTER_HTTP_PORT", Integer.toString(httpPort))
                .with("ACME_EMAIL", "ops@example.com")
                .with("ACME_ACCEPT_TERMS", "true")
                .with("ACME_DIRECTORY", pebble.directory().toString())
                .with("ACME_CA_FILE", pebble.caFile().toString())
                .with("ACME_PREFLIGHT", "off");
    }

    private TestRouter.Setup managed(TestRouter.Setup setup) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), TOKEN);
        return setup.with("ADMIN_TOKEN_FILE", token.toString());
    }

    private static String report(TestRouter router) {
        try {
            return manage(router, "GET", "/admin/certificates").body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String page(TestRouter router) throws IOException {
        return manage(router, "GET", "/").body();
    }

    private static String metrics(TestRouter router) throws IOException {
        return manage(router, "GET", "/metrics").body();
    }

    private static double orders(TestRouter router) throws IOException {
        return metrics(router)
                .lines()
                .filter(line -> line.startsWith("gateway_router_certificate_orders_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private static RawClient.Answer manage(TestRouter router, String method, String target, String... lines)
            throws IOException {
        try (RawClient client = router.connectPlain(router.router().managementPort())) {
            return client.send("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n"
                            .formatted(method, target, TOKEN, String.join("\r\n", lines))
                            .replace("\r\n\r\n\r\n", "\r\n\r\n"))
                    .read();
        }
    }

    private static String issuer(TestRouter router, String host) {
        return leaf(router, host).getIssuerX500Principal().getName();
    }

    private static String serial(TestRouter router, String host) {
        return leaf(router, host).getSerialNumber().toString();
    }

    private static X509Certificate leaf(TestRouter router, String host) {
        try (SSLSocket socket =
                TlsClient.anonymous().handshake(router.router().httpsPort(), host, "TLSv1.3", "http/1.1")) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
