package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Which authorities upstreams' certificates may come from: those of the system, and those in a file. Thread safe. */
public final class Trust {
    private static final Map<Path, Loaded> BY_FILE = new ConcurrentHashMap<>();

    /** @param changed when the file was written that this is from */
    private record Loaded(FileTime changed, SSLContext context) {}

    /** Loaded at the first use. */
    private static final class SystemTrust {
        static final SSLContext CONTEXT = load();

        private static SSLContext load() {
            try {
                return Trust.load(null);
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException("This system trusts nobody", e);
            }
        }
    }

    private Trust() {}

    /**
     * Checks a file of authorities.
     *
     * @param name of the upstream that it is for
     * @param caFile certificates as PEM
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static void check(String name, Path caFile) {
        try {
            context(caFile);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The ca_file of %s, %s, cannot be used (%s). Accepted: a file with the certificates of authorities as PEM"
                            .formatted(name, caFile, reason(e)),
                    e);
        }
    }

    /**
     * For connections to a server.
     *
     * @param caFile read again when it has changed; null for the system's authorities alone
     * @throws IOException if the file holds no certificates or cannot be read
     */
    static SSLContext context(@Nullable Path caFile) throws IOException {
        if (caFile == null) {
            return SystemTrust.CONTEXT;
        }
        try {
            FileTime changed = Files.getLastModifiedTime(caFile);
            Loaded loaded = BY_FILE.get(caFile);
            if (loaded == null || !loaded.changed.equals(changed)) {
                loaded = new Loaded(changed, load(caFile));
                BY_FILE.put(caFile, loaded);
            }
            return loaded.context;
        } catch (GeneralSecurityException e) {
            throw new IOException("it holds no certificates: " + e.getMessage(), e);
        }
    }

    /** Without repeating the file's name, which is the whole message of most. */
    private static String reason(IOException e) {
        return e instanceof FileSystemException ? e.getClass().getSimpleName() : String.valueOf(e.getMessage());
    }

    private static SSLContext load(@Nullable Path caFile) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers(caFile == null ? null : authorities(caFile)), null);
        return context;
    }

    private static KeyStore authorities(Path caFile) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (TrustManager manager : managers(null)) {
            if (manager instanceof X509TrustManager system) {
                for (X509Certificate authority : system.getAcceptedIssuers()) {
                    store.setCertificateEntry("system-" + number++, authority);
                }
            }
        }
        for (Certificate authority : read(caFile)) {
            store.setCertificateEntry("file-" + number++, authority);
        }
        return store;
    }

    private static Collection<? extends Certificate> read(Path caFile) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(caFile)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new GeneralSecurityException("it is empty");
            }
            return found;
        }
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }
}
