package dev.mcpgateway.router.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.acme.AcmeSettings.ChallengeType;
import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.certificate.P256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders from a real authority, whose challenges another router answers than the one that orders. */
class AcmeOrderTest {
    @TempDir
    static Path certificates;

    private static ProvingGateway gateway;
    private static Pebble pebble;

    @BeforeAll
    static void start() throws Exception {
        gateway = new ProvingGateway(certificates);
        pebble = Pebble.setup()
                .config("\"domainBlocklist\": [\"blocked.example.com\"]")
                .start(gateway.httpPort(), gateway.httpsPort());
    }

    @AfterAll
    static void stop() throws Exception {
        if (pebble != null) {
            pebble.close();
        }
        gateway.close();
    }

    @Test
    void ordersByHttp01() throws Exception {
        Credential issued = order(Orders.from(pebble), "http.example.com");

        assertThat(issued.certificate().getSubjectAlternativeNames().toString()).contains("http.example.com");
        assertThat(issued.key()).isInstanceOf(ECKey.class);
        assertThat(issued.chain()).hasSizeGreaterThan(1);
        assertThat(pendingAnswers()).isEmpty();
    }

    @Test
    void ordersByTlsAlpn01() throws Exception {
        Credential issued = order(Orders.from(pebble).by(ChallengeType.TLS_ALPN_01), "tls.example.com");

        assertThat(issued.certificate().getSubjectAlternativeNames().toString()).contains("tls.example.com");
        assertThat(pendingAnswers()).isEmpty();
    }

    @Test
    void ordersAWildcardByDns01() throws Exception {
        Path hook = Orders.hook(certificates, """
                case $1 in
                  present) curl -sSf -d "{\\"host\\":\\"$2.\\",\\"value\\":\\"$3\\"}" %1$s/set-txt ;;
                  cleanup) curl -sSf -d "{\\"host\\":\\"$2.\\"}" %1$s/clear-txt ;;
                esac
                """.formatted(pebble.dnsManagement()));

        Credential issued = order(Orders.from(pebble).byDns(hook), "*.wild.example.com", "wild.example.com");

        assertThat(issued.certificate().getSubjectAlternativeNames().toString())
                .contains("*.wild.example.com")
                .contains(" wild.example.com");
    }

    @Test
    void keepsTheAccountsKeyToItself() throws Exception {
        order(Orders.from(pebble), "account.example.com");

        Path key = certificates
                .resolve("acme")
                .resolve("localhost_" + pebble.directory().getPort())
                .resolve("account-key.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void usesNothingThatIsNotWhatWasOrdered() throws Exception {
        Credential issued = order(Orders.from(pebble), "checked.example.com");
        KeyPair key = new KeyPair(issued.certificate().getPublicKey(), issued.key());
        List<X509Certificate> chain = issued.chain();
        List<String> names = List.of("checked.example.com");
        Instant now = Instant.now();

        assertThat(IssuedChain.verified(chain, key, names, now)).isEqualTo(issued);
        assertThatThrownBy(() -> IssuedChain.verified(chain, P256.newKeyPair(), names, now))
                .hasMessage("is for another key");
        assertThatThrownBy(() -> IssuedChain.verified(chain, key, List.of("other.example.com"), now))
                .hasMessage("is not for other.example.com");
        assertThatThrownBy(() -> IssuedChain.verified(chain, key, names, Instant.EPOCH))
                .hasMessageContaining("this machine's clock says 1970-01-01");
        assertThatThrownBy(() -> IssuedChain.verified(List.of(chain.getFirst(), chain.getFirst()), key, names, now))
                .hasMessageContaining("was not issued by the one behind it");
        assertThatThrownBy(() -> IssuedChain.verified(List.of(), key, names, now))
                .hasMessageContaining("0 certificates");
    }

    private static Credential order(Orders orders, String... names) throws Exception {
        return orders.authority(certificates).order(List.of(names), Optional.empty());
    }

    private static List<String> pendingAnswers() throws Exception {
        try (Stream<Path> files = Files.list(certificates.resolve("acme/challenges"))) {
            return files.map(Path::toString).toList();
        }
    }
}
