package dev.mcpgateway.router.certificate;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A private key and the certificates that belong to it.
 *
 * @param key never printed
 * @param chain the key's own certificate first
 */
public record Credential(PrivateKey key, List<X509Certificate> chain) {
    private static final int DNS_NAME = 2;

    /** Keeps a copy of the chain. */
    public Credential {
        chain = List.copyOf(chain);
    }

    /** The key's own certificate. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    public Instant expiresAt() {
        return certificate().getNotAfter().toInstant();
    }

    /** Whether clients whose clock is right would accept its dates. */
    public boolean isValidAt(Instant now) {
        return hasBegunAt(now) && now.isBefore(expiresAt());
    }

    /** Whether it is valid now, or was. */
    boolean hasBegunAt(Instant now) {
        return !now.isBefore(certificate().getNotBefore().toInstant());
    }

    /** The DNS names that it certifies, in lower case, wildcards among them. */
    public List<String> names() {
        return names(certificate());
    }

    /**
     * Why clients would not accept it, whatever the time: a key of another certificate, or a chain that does not hold
     * together.
     */
    public Optional<String> flaw() {
        if (!belongTogether(key, certificate())) {
            return Optional.of("its key belongs to another certificate");
        }
        if (names().isEmpty()) {
            return Optional.of("it certifies no DNS name (subject alternative name)");
        }
        for (int i = 1; i < chain.size(); i++) {
            if (!isIssuedBy(chain.get(i - 1), chain.get(i))) {
                return Optional.of("certificate %d of its chain was not issued by the one behind it".formatted(i));
            }
        }
        return Optional.empty();
    }

    /** The name of a certificate for all names one level below the same parent: {@code *.example.com}. */
    static String wildcard(String host) {
        return "*" + host.substring(Math.max(0, host.indexOf('.')));
    }

    static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = Objects.requireNonNullElse(certificate.getSubjectAlternativeNames(), List.of());
            return names.stream()
                    .filter(name -> name.getFirst().equals(DNS_NAME))
                    .map(name -> name.getLast().toString().toLowerCase(Locale.ROOT))
                    .toList();
        } catch (CertificateParsingException _) {
            return List.of(); // certifies nothing that we could show it for
        }
    }

    /** Whether the key signs what the certificate's public key verifies. */
    static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        byte[] probe = {1, 2, 3};
        String algorithm = key.getAlgorithm().equals("EC")
                ? "SHA256withECDSA"
                : key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : key.getAlgorithm();
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(probe);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException _) {
            return false; // not even the same kind of key
        }
    }

    private static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
        try {
            certificate.verify(issuer.getPublicKey());
            return certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    @Override
    public String toString() {
        return certificate().getSubjectX500Principal().getName();
    }
}
