package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.certificate.ChallengeCertificates;
import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.certificate.P256;
import dev.mcpgateway.router.renewal.OrderException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Proves hosts by TLS: a certificate for the host that holds the digest of the key authorization. Each router makes its
 * own from what lies in the folder; its key never leaves memory.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8737#section-3">RFC 8737, section 3</a>
 */
public final class TlsAlpnChallenges implements ChallengeAnswers, ChallengeCertificates {
    private static final String KIND = "tls-alpn-01.";
    private static final ASN1ObjectIdentifier ACME_IDENTIFIER = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.31");
    private static final Pattern HOST = Pattern.compile("(?=.{1,200}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?");
    private static final Duration VALIDITY = Duration.ofDays(1);

    private final ChallengeFolder folder;
    private final Clock clock;
    private final Map<String, Made> made = new ConcurrentHashMap<>();

    private record Made(String keyAuthorization, Credential credential) {}

    public TlsAlpnChallenges(ChallengeFolder folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    @Override
    public Optional<Credential> find(String host) {
        Optional<String> pending = HOST.matcher(host).matches() ? folder.find(KIND + host) : Optional.empty();
        if (pending.isEmpty()) {
            made.remove(host);
            return Optional.empty();
        }
        Made current = made.compute(
                host,
                (_, before) -> before != null && before.keyAuthorization().equals(pending.get())
                        ? before
                        : new Made(pending.get(), make(host, pending.get())));
        return Optional.of(current.credential());
    }

    @Override
    public Shown show(String domain, String token, String keyAuthorization) throws OrderException {
        if (!HOST.matcher(domain).matches()) {
            throw new OrderException(
                    OrderException.Reason.LOCAL,
                    "%s cannot be proven with ACME_CHALLENGE=tls-alpn-01".formatted(domain),
                    Optional.empty(),
                    null);
        }
        return SharedAnswer.put(folder, KIND + domain, keyAuthorization);
    }

    private Credential make(String host, String keyAuthorization) {
        try {
            KeyPair pair = P256.newKeyPair();
            X500Name name = new X500Name("CN=acme-tls/1 challenge");
            Instant now = clock.instant();
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(keyAuthorization.getBytes(StandardCharsets.US_ASCII));
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.valueOf(now.toEpochMilli()),
                            Date.from(now.minus(VALIDITY)),
                            Date.from(now.plus(VALIDITY)),
                            name,
                            pair.getPublic())
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(new GeneralName(GeneralName.dNSName, host)))
                    .addExtension(ACME_IDENTIFIER, true, new DEROctetString(digest));
            return new Credential(
                    pair.getPrivate(),
                    List.of(new JcaX509CertificateConverter()
                            .getCertificate(builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())))));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("This Java cannot make a certificate", e);
        }
    }
}
