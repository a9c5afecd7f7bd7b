package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.certificate.Credential;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Checks what an authority has issued before it counts. */
final class IssuedChain {
    private static final int MAX_CERTIFICATES = 10;

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
        Credential credential = new Credential(key.getPrivate(), chain);
        missing.removeAll(credential.names());
        if (!missing.isEmpty()) {
            throw new GeneralSecurityException("is not for " + String.join(", ", missing));
        }
        checkTime(certificate, now);
        Optional<String> flaw = credential.flaw();
        if (flaw.isPresent()) {
            throw new GeneralSecurityException("cannot be used: " + flaw.get());
        }
        return credential;
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
}
