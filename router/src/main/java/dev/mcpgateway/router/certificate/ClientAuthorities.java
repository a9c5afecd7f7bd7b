package dev.mcpgateway.router.certificate;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;

/** Whose certificates clients are let in with. Equal if it is of the same file and says the same. */
public final class ClientAuthorities {
    private final Path file;
    private final List<X509Certificate> certificates;
    private final X509TrustManager trust;

    private ClientAuthorities(Path file, List<X509Certificate> certificates, X509TrustManager trust) {
        this.file = file;
        this.certificates = certificates;
        this.trust = trust;
    }

    /**
     * Reads them once; a changed file counts when the configuration is read again.
     *
     * @param file certificates as PEM
     * @throws IllegalArgumentException saying what is wrong with the file
     */
    public static ClientAuthorities of(Path file) {
        try {
            List<X509Certificate> certificates =
                    PemFile.parse(PemFile.text(file)).certificates();
            if (certificates.isEmpty()) {
                throw new GeneralSecurityException("it holds no certificates");
            }
            return new ClientAuthorities(file, certificates, Authorities.trusting(certificates));
        } catch (IOException | GeneralSecurityException e) {
            String why = e instanceof IOException ? e.getClass().getSimpleName() : e.getMessage();
            throw new IllegalArgumentException(
                    "the ca_file %s cannot be used (%s); accepted is a file with the certificates of authorities as PEM"
                            .formatted(file, why),
                    e);
        }
    }

    /** Whether it was issued by one of them, for clients, and is valid now (RFC 5280, section 6). */
    public boolean accept(List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            return false;
        }
        try {
            trust.checkClientTrusted(
                    chain.toArray(X509Certificate[]::new),
                    chain.getFirst().getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException _) {
            return false;
        }
    }

    /** What clients are told to choose by. */
    Stream<X509Certificate> certificates() {
        return certificates.stream();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientAuthorities same
                && same.file.equals(file)
                && same.certificates.equals(certificates);
    }

    @Override
    public int hashCode() {
        return file.hashCode();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
