package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.certificate.Authorities;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
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
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Without repeating the file's name, which is the whole message of most. */
    private static String reason(IOException e) {
        return e instanceof FileSystemException ? e.getClass().getSimpleName() : String.valueOf(e.getMessage());
    }

    private static SSLContext load(@Nullable Path caFile) throws IOException, GeneralSecurityException {
        X509TrustManager trust = Authorities.system();
        if (caFile != null) {
            List<X509Certificate> both = new ArrayList<>(List.of(trust.getAcceptedIssuers()));
            both.addAll(Authorities.read(caFile));
            trust = Authorities.trusting(both);
        }
        return Authorities.context(trust);
    }
}
