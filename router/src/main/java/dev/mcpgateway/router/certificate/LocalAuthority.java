package dev.mcpgateway.router.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of this machine's own, for where no public one can be asked. It is made for certain names and
 * can vouch for no others, so that trusting it puts nothing else at risk.
 */
final class LocalAuthority {
    /** Below the 397 days that browsers accept. */
    static final Duration LEAF_LIFETIME = Duration.ofDays(90);

    static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);

    private static final Duration BACKDATED = Duration.ofHours(1); // for clients whose clock is late
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SERIAL_BITS = 128;

    private static final byte[] LOOPBACK_NET = {127, 0, 0, 0, (byte) 255, 0, 0, 0};
    private static final byte[] LOOPBACK_NET_6 = loopbackNet6();

    private final Credential authority;
    private final Clock clock;

    LocalAuthority(Credential authority, Clock clock) {
        this.authority = authority;
        this.clock = clock;
    }

    /** A new authority for these domains, the names below them, and the loopback addresses. */
    static Credential create(Set<String> domains, Clock clock) throws GeneralSecurityException {
        KeyPair pair = P256.newKeyPair();
        X500Name name = new X500Name("CN=MCP Gateway local CA " + hex(4) + ",O=MCP OAuth Gateway");
        Instant now = clock.instant();
        try {
            JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = builder(name, name, pair.getPublic(), now, AUTHORITY_LIFETIME)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(pair.getPublic()))
                    .addExtension(Extension.nameConstraints, true, constraints(domains));
            return new Credential(pair.getPrivate(), List.of(sign(builder, pair.getPrivate())));
        } catch (IOException e) {
            throw new GeneralSecurityException("cannot encode a certificate", e);
        }
    }

    /** A new certificate for one host. {@code localhost} stands for the loopback addresses too. */
    Credential issue(String host) throws GeneralSecurityException {
        KeyPair pair = P256.newKeyPair();
        X509Certificate issuer = authority.certificate();
        try {
            JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
            X500Name issuerName =
                    X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
            X500Name subject = new X500Name("O=MCP OAuth Gateway");
            X509v3CertificateBuilder builder = builder(
                            issuerName, subject, pair.getPublic(), clock.instant(), LEAF_LIFETIME)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(
                            Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(pair.getPublic()))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            utils.createAuthorityKeyIdentifier(issuer.getPublicKey()))
                    .addExtension(Extension.subjectAlternativeName, false, names(host));
            return new Credential(pair.getPrivate(), List.of(sign(builder, authority.key()), issuer));
        } catch (IOException e) {
            throw new GeneralSecurityException("cannot encode a certificate", e);
        }
    }

    /** The domains that an authority was made for. */
    static Set<String> domains(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(Extension.nameConstraints.getId());
        Set<String> domains = new TreeSet<>();
        if (extension != null) {
            NameConstraints constraints = NameConstraints.getInstance(
                    ASN1OctetString.getInstance(extension).getOctets());
            for (GeneralSubtree permitted : constraints.getPermittedSubtrees()) {
                if (permitted.getBase().getTagNo() == GeneralName.dNSName) {
                    domains.add(permitted.getBase().getName().toString());
                }
            }
        }
        return domains;
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant now, Duration lifetime) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, RANDOM).setBit(0),
                Date.from(now.minus(BACKDATED)),
                Date.from(now.plus(lifetime)),
                subject,
                key);
    }

    private static NameConstraints constraints(Set<String> domains) {
        List<GeneralSubtree> permitted = new ArrayList<>();
        for (String domain : domains) {
            permitted.add(new GeneralSubtree(new GeneralName(GeneralName.dNSName, domain)));
        }
        permitted.add(new GeneralSubtree(new GeneralName(GeneralName.iPAddress, new DEROctetString(LOOPBACK_NET))));
        permitted.add(new GeneralSubtree(new GeneralName(GeneralName.iPAddress, new DEROctetString(LOOPBACK_NET_6))));
        return new NameConstraints(permitted.toArray(GeneralSubtree[]::new), null);
    }

    private static GeneralNames names(String host) {
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.dNSName, host));
        if (host.equals("localhost")) {
            names.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
            names.add(new GeneralName(GeneralName.iPAddress, "::1"));
        }
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("cannot sign a certificate", e);
        }
    }

    private static String hex(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static byte[] loopbackNet6() {
        byte[] net = new byte[32];
        net[15] = 1;
        Arrays.fill(net, 16, 32, (byte) 255);
        return net;
    }
}
