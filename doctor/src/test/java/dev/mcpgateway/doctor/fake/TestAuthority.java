package dev.mcpgateway.doctor.fake;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A root, an intermediate below it, and whatever certificates a test wants from that. */
public final class TestAuthority {
    private static final AtomicLong SERIAL = new AtomicLong();
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final KeyPair rootKey = key();
    private final KeyPair intermediateKey = key();
    private final X509Certificate root;
    private final X509Certificate intermediate;

    public TestAuthority() {
        Instant begin = Instant.now().minus(Duration.ofDays(400));
        Instant end = Instant.now().plus(Duration.ofDays(4000));
        root = sign("CN=Test Root", rootKey, "CN=Test Root", rootKey, begin, end, null);
        intermediate = sign("CN=Test Root", rootKey, "CN=Test Intermediate", intermediateKey, begin, end, null);
    }

    public X509Certificate root() {
        return root;
    }

    /** For localhost, in force, with its whole chain. */
    public SSLContext server() {
        return server("localhost", Instant.now().plus(Duration.ofDays(60)), true);
    }

    /** @param isWhole whether the intermediate is sent too */
    public SSLContext server(String name, Instant end, boolean isWhole) {
        KeyPair keys = key();
        X509Certificate leaf = sign(
                "CN=Test Intermediate",
                intermediateKey,
                "CN=" + name,
                keys,
                Instant.now().minus(Duration.ofDays(100)),
                end,
                name);
        List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
        if (isWhole) {
            chain.add(intermediate);
        }
        return context(keys, chain);
    }

    /** Of nobody but itself. */
    public SSLContext selfSigned(String name) {
        KeyPair keys = key();
        X509Certificate leaf = sign(
                "CN=" + name,
                keys,
                "CN=" + name,
                keys,
                Instant.now().minus(Duration.ofDays(1)),
                Instant.now().plus(Duration.ofDays(60)),
                name);
        return context(keys, List.of(leaf));
    }

    private static SSLContext context(KeyPair keys, List<X509Certificate> chain) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null);
            store.setKeyEntry("server", keys.getPrivate(), PASSWORD, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair key() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param name of the host; null for an authority */
    private static X509Certificate sign(
            String issuer, KeyPair issuerKey, String subject, KeyPair keys, Instant begin, Instant end, String name) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name(issuer),
                    BigInteger.valueOf(SERIAL.incrementAndGet()),
                    Date.from(begin),
                    Date.from(end),
                    new X500Name(subject),
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(name == null));
            if (name != null) {
                GeneralName[] names = Stream.of(name)
                        .map(one -> new GeneralName(GeneralName.dNSName, one))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey.getPrivate())));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }
}
