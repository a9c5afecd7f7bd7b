package dev.mcpgateway.router.certificate;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certifies what it is asked to, with any dates. */
public final class TestAuthority {
    private static final AtomicLong SERIAL = new AtomicLong();
    private static final Duration LIFETIME = Duration.ofDays(90);

    private final KeyPair pair = ecKey();
    private final X500Name name;
    private final X509Certificate certificate;

    public TestAuthority(String commonName) {
        name = new X500Name("CN=" + commonName);
        certificate = sign(
                name, pair, Instant.now().minus(Duration.ofDays(400)), Duration.ofDays(4000), true, List.of("unused"));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Valid since an hour. */
    public Credential certify(String... names) {
        return certify(ecKey(), Instant.now().minus(1, ChronoUnit.HOURS), names);
    }

    public Credential certify(KeyPair keys, Instant begins, String... names) {
        return certify(keys, begins, LIFETIME, List.of(names));
    }

    private Credential certify(KeyPair keys, Instant begins, Duration lifetime, List<String> names) {
        X509Certificate leaf = sign(new X500Name("CN=" + names.getFirst()), keys, begins, lifetime, false, names);
        return new Credential(keys.getPrivate(), List.of(leaf, certificate));
    }

    /** Of some authority, for tests that do not care which. */
    public static Credential issue(List<String> names, Instant begins, Duration lifetime) {
        return new TestAuthority("Test CA").certify(ecKey(), begins, lifetime, names);
    }

    public static KeyPair ecKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair rsaKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Certificates, keys (as PKCS #8) and blocks of any kind. */
    public static String pem(Object... objects) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object object : objects) {
                writer.writeObject(object instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : object);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** The certificate and its authority's. */
    public static String chainPem(Credential credential) {
        return pem(credential.chain().toArray());
    }

    private X509Certificate sign(
            X500Name subject,
            KeyPair keys,
            Instant begins,
            Duration lifetime,
            boolean isAuthority,
            List<String> names) {
        try {
            GeneralName[] alternatives = names.stream()
                    .map(one -> new GeneralName(GeneralName.dNSName, one))
                    .toArray(GeneralName[]::new);
            return new JcaX509CertificateConverter()
                    .getCertificate(new JcaX509v3CertificateBuilder(
                                    name,
                                    BigInteger.valueOf(SERIAL.incrementAndGet()),
                                    Date.from(begins),
                                    Date.from(begins.plus(lifetime)),
                                    subject,
                                    keys.getPublic())
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority))
                            .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives))
                            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }
}
