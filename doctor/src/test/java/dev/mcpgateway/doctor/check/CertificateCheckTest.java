package dev.mcpgateway.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.doctor.fake.FakeGateway;
import dev.mcpgateway.doctor.web.Resolver;
import dev.mcpgateway.doctor.web.Trust;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class CertificateCheckTest {
    private final Instant later = Instant.now().plus(Duration.ofDays(60));

    private static List<String> faults(SSLContext tls) {
        try (Exam exam = Exam.begin(tls)) {
            return exam.faults(new CertificateCheck());
        }
    }

    @Test
    void isContentWithAWholeChainInForce() {
        assertThat(faults(Exam.AUTHORITY.server())).isEmpty();
    }

    @Test
    void findsAnExpiredCertificate() {
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));

        assertThat(faults(Exam.AUTHORITY.server("localhost", yesterday, true)))
                .singleElement()
                .asString()
                .startsWith("problem: the certificate expired on ");
    }

    @Test
    void findsACertificateThatWasNotRenewed() {
        Instant soon = Instant.now().plus(Duration.ofDays(3));

        assertThat(faults(Exam.AUTHORITY.server("localhost", soon, true)))
                .singleElement()
                .asString()
                .startsWith("warning: the certificate expires on ");
    }

    @Test
    void findsAMissingIntermediate() {
        assertThat(faults(Exam.AUTHORITY.server("localhost", later, false)))
                .containsExactly("problem: the server sends 1 certificate(s), and the issuer of the last,"
                        + " CN=Test Intermediate, is neither sent nor trusted");
    }

    @Test
    void findsACertificateOfAnotherHost() {
        assertThat(faults(Exam.AUTHORITY.server("www.example.com", later, true)))
                .containsExactly("problem: the certificate is for www.example.com");
    }

    @Test
    void findsACertificateOfNoAuthority() {
        assertThat(faults(Exam.AUTHORITY.selfSigned("localhost")))
                .singleElement()
                .asString()
                .startsWith("problem: the certificate is from CN=localhost, which nobody trusts");
    }

    @Test
    void findsAPortThatSpeaksNoTls() {
        try (Exam exam = Exam.begin();
                Examination examination = new Examination(
                        List.of(URI.create("https://localhost:%d/mcp".formatted(exam.gateway.httpPort()))),
                        null,
                        Trust.of(List.of(Exam.AUTHORITY.root())),
                        Resolver.SYSTEM,
                        Clock.systemUTC(),
                        Duration.ofSeconds(1))) {
            assertThat(Exam.faults(new CertificateCheck().run(examination)))
                    .singleElement()
                    .asString()
                    .startsWith("problem: no TLS: ");
        }
    }

    @Test
    void findsAnAddressThatIsNotHttps() {
        try (FakeGateway gateway = FakeGateway.start(Exam.AUTHORITY.server());
                Exam exam = Exam.begin();
                Examination examination = exam.examination(
                        Resolver.SYSTEM,
                        Clock.systemUTC(),
                        URI.create("http://localhost:%d/mcp".formatted(gateway.httpPort())))) {
            assertThat(Exam.faults(new CertificateCheck().run(examination)))
                    .containsExactly("problem: is not an https URL");
        }
    }
}
