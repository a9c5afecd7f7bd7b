package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.certificate.Credential;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Checks what an authority has issued before it counts. */
final class IssuedChain {
    private static final int MAX_CERTIFICATES = 10;
    private static final int DNS_NAME = 2;

    private IssuedChain() {}

    /** @throws GeneralSecurityException saying in words what is wrong, to follow "the certificate" */
    static Credential verified(List<X509Certificate> chain, KeyPair key, List<String> names, Instant now)
            throws GeneralSecurityException {
        if (chain.isEmpty() || chain.size() > MAX_CERTIFICATES) {
            throw new GeneralSecurityException("comes with a chain of %d certificates".formatted(chain.size()));
        }
        X509Certificate certificate = chain.getFirst();
        if (!certificate.getPublicKey().equals(key.getPublic())) {
            throw new GeneralSecurityException("is for another key");
        }
        Set<String> missing = new TreeSet<>(names);
        missing.removeAll(dnsNames(certificate));
        if (!missing.isEmpty()) {
            throw new GeneralSecurityException("is not for " + String.join(", ", missing));
        }
        checkTime(certificate, now);
        checkLinks(chain);
        return new Credential(key.getPrivate(), chain);
    }

    private static void checkTime(X509Certificate certificate, Instant now) throws GeneralSecurityException {
        try {
            certificate.checkValidity(Date.from(now));
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            throw new GeneralSecurityException(
                    "is valid from %s to %s, but this machine's clock says %s; check the clock"
                            .formatted(
                                    certificate.getNotBefore().toInstant(),
                                    certificate.getNotAfter().toInstant(),
                                    now),
                    e);
        }
    }

    private static void checkLinks(List<X509Certificate> chain) throws GeneralSecurityException {
        for (int i = 0; i + 1 < chain.size(); i++) {
            X509Certificate lower = chain.get(i);
            X509Certificate upper = chain.get(i + 1);
            try {
                lower.verify(upper.getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new GeneralSecurityException("comes with a chain whose certificates do not sign each other", e);
            }
            if (!lower.getIssuerX500Principal().equals(upper.getSubjectX500Principal())) {
                throw new GeneralSecurityException("comes with a chain whose certificates do not name each other");
            }
        }
    }

    private static Set<String> dnsNames(X509Certificate certificate) throws GeneralSecurityException {
        Set<String> names = new TreeSet<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (alternative.get(0).equals(DNS_NAME)) {
                    names.add(alternative.get(1).toString().toLowerCase(Locale.ROOT));
                }
            }
        }
        return names;
    }
}
