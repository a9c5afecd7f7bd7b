package dev.mcpgateway.doctor.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates count: the authorities that this JDK knows, and one file of further ones. */
public final class Trust {
    private final X509TrustManager manager;

    private Trust(X509TrustManager manager) {
        this.manager = manager;
    }

    /** The authorities of this JDK alone. */
    public static Trust system() {
        return of(List.of());
    }

    /** @param others authorities beside those of this JDK */
    public static Trust of(Collection<? extends Certificate> others) {
        try {
            X509TrustManager system = manager(null);
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null);
            for (Certificate each : Stream.concat(Stream.of(system.getAcceptedIssuers()), others.stream())
                    .toList()) {
                all.setCertificateEntry("ca-" + all.size(), each);
            }
            return new Trust(manager(all));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the authorities of this JDK cannot be read", e);
        }
    }

    /**
     * As {@link #of}, from a PEM file.
     *
     * @throws IOException if it cannot be read or has no certificate
     */
    public static Trust read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new IOException("there is no certificate in it");
            }
            return of(certificates);
        } catch (CertificateException e) {
            throw new IOException("there is no certificate in it that can be read", e);
        }
    }

    private static X509TrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Stream.of(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this JDK has no trust manager for X.509"));
    }

    /** TLS with servers that are trusted and bear their names. */
    public SSLContext context() {
        return context(manager);
    }

    static SSLContext context(TrustManager manager) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {manager}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    /** Whether one of our authorities has this name. */
    public boolean knows(javax.security.auth.x500.X500Principal name) {
        return Stream.of(manager.getAcceptedIssuers())
                .anyMatch(authority -> authority.getSubjectX500Principal().equals(name));
    }

    /**
     * Looks whether a chain leads to one of them. Names are not compared.
     *
     * @throws CertificateException if not
     */
    public void check(List<X509Certificate> chain) throws CertificateException {
        manager.checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
    }
}
