package dev.mcpgateway.router.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.TlsClient;
import dev.mcpgateway.router.certificate.Credential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.ASN1OctetString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsAlpnChallengesTest {
    private static final String IDENTIFIER = "1.3.6.1.5.5.7.1.31";
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path certificates;

    @Test
    void makesACertificateThatHoldsTheDigestAndNamesTheHost() throws Exception {
        TlsAlpnChallenges challenges = challenges();
        challenges.show("a.example.com", "token", "token.thumbprint");

        X509Certificate certificate =
                challenges().find("a.example.com").orElseThrow().certificate();

        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest("token.thumbprint".getBytes(StandardCharsets.US_ASCII));
        byte[] extension = ASN1OctetString.getInstance(certificate.getExtensionValue(IDENTIFIER))
                .getOctets();
        assertThat(ASN1OctetString.getInstance(extension).getOctets()).isEqualTo(digest);
        assertThat(certificate.getCriticalExtensionOIDs()).contains(IDENTIFIER);
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(2, "a.example.com"));
        assertThat(certificate.getPublicKey().getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void showsTheSameCertificateUntilTheChallengeChanges() throws Exception {
        TlsAlpnChallenges challenges = challenges();
        challenges.show("a.example.com", "token", "token.one");
        Credential first = challenges.find("a.example.com").orElseThrow();

        assertThat(challenges.find("a.example.com")).contains(first);
        challenges.show("a.example.com", "token", "token.two");
        assertThat(challenges.find("a.example.com").orElseThrow()).isNotEqualTo(first);
    }

    @Test
    void showsNothingForOtherHostsOrWhenTheOrderIsOver() throws Exception {
        TlsAlpnChallenges challenges = challenges();
        ChallengeAnswers.Shown shown = challenges.show("a.example.com", "token", "token.thumbprint");

        assertThat(challenges.find("b.example.com")).isEmpty();
        assertThat(challenges.find("../a.example.com")).isEmpty();
        shown.close();
        assertThat(challenges.find("a.example.com")).isEmpty();
    }

    @Test
    void endsTheConnectionOfAnAuthorityThatHasSeenTheCertificate() throws Exception {
        challenges().show("a.example.com", "token", "token.thumbprint");
        try (ProvingGateway gateway = new ProvingGateway(certificates);
                SSLSocket socket = connect(gateway, "a.example.com", "acme-tls/1")) {
            assertThat(socket.getApplicationProtocol()).isEqualTo("acme-tls/1");
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: a.example.com\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(readToEnd(socket)).isEmpty();
        }
    }

    @Test
    void showsTheCertificateToNobodyWhoDoesNotAskAsAnAuthority() throws Exception {
        challenges().show("a.example.com", "token", "token.thumbprint");
        try (ProvingGateway gateway = new ProvingGateway(certificates);
                SSLSocket socket = connect(gateway, "a.example.com", "http/1.1")) {
            X509Certificate seen = (X509Certificate) socket.getSession().getPeerCertificates()[0];

            assertThat(seen.getCriticalExtensionOIDs()).doesNotContain(IDENTIFIER);
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    private TlsAlpnChallenges challenges() {
        return new TlsAlpnChallenges(new ChallengeFolder(certificates, CLOCK), CLOCK);
    }

    private static String readToEnd(SSLSocket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return ""; // reset, which is an end as well
        }
    }

    private static SSLSocket connect(ProvingGateway gateway, String host, String protocol) throws IOException {
        return TlsClient.anonymous().handshake(gateway.httpsPort(), host, "TLSv1.3", protocol);
    }
}
