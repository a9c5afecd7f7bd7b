package dev.mcpgateway.router.certificate;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * Keeps the folder of certificates and one certificate for each host, renewed before it expires. The folder holds the
 * local authority, {@value #AUTHORITY_FILE} and its key; the hosts' own keys never leave memory.
 */
public final class CertificateStore implements AutoCloseable {
    /** What users trust to reach the gateway. */
    public static final String AUTHORITY_FILE = "local-ca.pem";

    private static final System.Logger LOG = System.getLogger(CertificateStore.class.getName());
    private static final String AUTHORITY_KEY_FILE = "local-ca-key.pem";
    private static final Duration RENEWED_BEFORE = Duration.ofDays(30);
    private static final Duration CHECK_INTERVAL = Duration.ofHours(1);

    private final Path folder;
    private volatile Set<String> hosts;
    private final Clock clock;
    private final SniKeyManager keys;
    private final CountDownLatch closed = new CountDownLatch(1);

    private CertificateStore(Path folder, Set<String> hosts, String defaultHost, Clock clock) {
        this.folder = folder;
        this.hosts = Set.copyOf(hosts);
        this.clock = clock;
        this.keys = new SniKeyManager(defaultHost);
    }

    /**
     * Opens the folder and makes what is missing in it.
     *
     * @param domains that the authority is made for; every host is one of them or below one
     * @param defaultHost for clients that name no host; one of the hosts
     * @throws CertificateStoreException if the folder cannot be used, or holds something else
     */
    public static CertificateStore open(
            Path folder, Set<String> domains, Set<String> hosts, String defaultHost, Clock clock) {
        CertificateStore store = new CertificateStore(folder, hosts, defaultHost, clock);
        store.prepareAuthority(domains);
        store.renew();
        Thread.ofVirtual().name("certificate-renewal").start(store::renewUntilClosed);
        return store;
    }

    /**
     * From now on these hosts have certificates; those that are new get theirs before this returns.
     *
     * @param others including the default host; every one is a domain of the authority's or below one
     * @throws CertificateStoreException if they cannot be made; what was before counts then
     */
    public synchronized void use(Set<String> others) {
        issue(others);
        hosts = Set.copyOf(others);
        keys.retain(hosts);
    }

    /** The authority's certificate. */
    public Path authorityFile() {
        return folder.resolve(AUTHORITY_FILE);
    }

    /** Whether every host has a certificate that is valid now. */
    public boolean isReady() {
        return hosts.stream()
                .allMatch(host -> keys.find(host)
                        .filter(credential -> credential.expiresAt().isAfter(clock.instant()))
                        .isPresent());
    }

    /** What clients are shown now, by host. */
    public List<CertificateDescription> describe() {
        return hosts.stream()
                .sorted()
                .flatMap(host -> keys.find(host).stream()
                        .map(credential -> new CertificateDescription(
                                host,
                                credential
                                        .certificate()
                                        .getIssuerX500Principal()
                                        .getName(),
                                credential.expiresAt())))
                .toList();
    }

    /** For the entry point; it shows renewed certificates without being made anew. */
    public SSLContext tls(Consumer<Socket> beforeSigning) {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(new KeyManager[] {keys.announcing(beforeSigning)}, null, null);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no TLS", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    synchronized void renew() {
        issue(hosts);
    }

    private void issue(Set<String> hosts) {
        try {
            LocalAuthority authority = new LocalAuthority(readAuthority(), clock);
            for (String host : hosts) {
                boolean due = keys.find(host)
                        .filter(credential ->
                                credential.expiresAt().isAfter(clock.instant().plus(RENEWED_BEFORE)))
                        .isEmpty();
                if (due) {
                    keys.use(host, authority.issue(host));
                }
            }
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private void prepareAuthority(Set<String> domains) {
        try {
            if (Files.notExists(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            if (Files.notExists(authorityFile()) && Files.notExists(keyFile())) {
                makeAuthority(domains);
                return;
            }
            X509Certificate authority = readAuthority().certificate();
            boolean covers = LocalAuthority.domains(authority).containsAll(domains);
            boolean lasts =
                    authority.getNotAfter().toInstant().isAfter(clock.instant().plus(LocalAuthority.LEAF_LIFETIME));
            if (!covers || !lasts) {
                LOG.log(
                        Level.WARNING,
                        "certificate event=replaced file={0}: the local CA {1}; clients must trust the new one",
                        authorityFile(),
                        covers ? "expires soon" : "was made for other domains");
                makeAuthority(domains);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private void makeAuthority(Set<String> domains) throws IOException, GeneralSecurityException {
        Credential authority = LocalAuthority.create(new TreeSet<>(domains), clock);
        PemFile.writeKey(keyFile(), authority.key());
        PemFile.writeCertificate(authorityFile(), authority.certificate());
    }

    private Credential readAuthority() {
        Path file = keyFile();
        try {
            PrivateKey key = PemFile.readEcKey(file);
            file = authorityFile();
            X509Certificate certificate = PemFile.readCertificate(file);
            if (!LocalAuthority.belongTogether(key, certificate)) {
                throw new GeneralSecurityException("it does not belong to " + AUTHORITY_KEY_FILE);
            }
            return new Credential(key, List.of(certificate));
        } catch (IOException | GeneralSecurityException e) {
            throw new CertificateStoreException(
                    "%s cannot be used (%s). Remove %s and %s to have a new local CA made, and trust that one"
                            .formatted(file, e.getMessage(), AUTHORITY_FILE, AUTHORITY_KEY_FILE),
                    e);
        }
    }

    private Path keyFile() {
        return folder.resolve(AUTHORITY_KEY_FILE);
    }

    private void renewUntilClosed() {
        try {
            while (!closed.await(CHECK_INTERVAL.toSeconds(), TimeUnit.SECONDS)) {
                renewOrReport();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }

    private void renewOrReport() {
        try {
            renew();
        } catch (CertificateStoreException e) {
            LOG.log(Level.ERROR, "certificate event=renewal-failed: " + e.getMessage());
        }
    }

    private CertificateStoreException unusable(Exception cause) {
        String why = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        return new CertificateStoreException(
                "%s cannot hold certificates (%s). Set CERTIFICATES_DIR to a folder that the router may write"
                        .formatted(folder, why),
                cause);
    }
}
