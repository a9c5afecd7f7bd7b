package dev.mcpgateway.router.certificate;

import dev.mcpgateway.router.certificate.CertificateDescription.Source;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Shows clients of each host the best certificate that there is for it: the operator's own, from files below
 * {@value #OWN_FOLDER}; else one that was ordered, from {@value #ISSUED_FOLDER}; else one of a local authority, which
 * is made here. The folders are looked at every two seconds, and what they hold counts from then on; what cannot be
 * used changes nothing.
 */
public final class CertificateStore implements ServerTls, AutoCloseable {
    /** What users trust to reach the gateway where no public authority was asked. */
    public static final String AUTHORITY_FILE = "local-ca.pem";

    public static final String OWN_FOLDER = "own";
    public static final String ISSUED_FOLDER = "issued";

    private static final System.Logger LOG = System.getLogger(CertificateStore.class.getName());
    private static final String AUTHORITY_KEY_FILE = "local-ca-key.pem";
    private static final String LOCK_FILE = "local-ca.lock";
    private static final Duration LOCAL_RENEWED_BEFORE = Duration.ofDays(30);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

    /** How long a client may resume a session; its keys are replaced as often. */
    private static final Duration SESSION_LIFETIME = Duration.ofHours(1);

    private final Path folder;
    private final Clock clock;
    private final SniKeyManager keys;
    private final ShownByClients clients = new ShownByClients();
    private final OwnCertificates ownFiles;
    private final IssuedCertificates issuedFiles;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Credential> local = new HashMap<>();
    private final Map<String, Credential> issued = new HashMap<>();
    private final Map<String, Credential> offered = new HashMap<>();
    private Consumer<Set<String>> needListener = _ -> {};
    private Set<String> needy = Set.of();
    private List<OwnCertificates.Own> own = List.of();
    private Set<String> problemsSeen = Set.of();
    private Set<String> problemsSaid = Set.of();
    private Set<String> localSaid = Set.of();
    private volatile Set<String> hosts;
    private volatile Map<String, Shown> shown = Map.of();

    /** What clients of a host see, and where it came from. */
    private record Shown(Credential credential, Source source) {}

    private CertificateStore(
            Path folder, Set<String> hosts, String defaultHost, ChallengeCertificates challenges, Clock clock) {
        this.folder = folder;
        this.hosts = Set.copyOf(hosts);
        this.clock = clock;
        this.keys = new SniKeyManager(defaultHost, challenges);
        this.ownFiles = new OwnCertificates(folder.resolve(OWN_FOLDER));
        this.issuedFiles = new IssuedCertificates(folder.resolve(ISSUED_FOLDER));
    }

    /**
     * Opens the folder and makes what is missing in it.
     *
     * @param domains that the local authority is made for; every host is one of them or below one
     * @param defaultHost for clients that name no host; one of the hosts
     * @throws CertificateStoreException if the folder cannot be used, or holds something else
     */
    public static CertificateStore open(
            Path folder,
            Set<String> domains,
            Set<String> hosts,
            String defaultHost,
            ChallengeCertificates challenges,
            Clock clock) {
        CertificateStore store = new CertificateStore(folder, hosts, defaultHost, challenges, clock);
        store.prepareAuthority(domains);
        store.makeLocal(store.hosts);
        store.refresh();
        Thread.ofVirtual().name("certificates").start(store::refreshUntilClosed);
        return store;
    }

    /**
     * From now on these hosts have certificates; those that are new get theirs before this returns.
     *
     * @param others including the default host; every one is a domain of the local authority's or below one
     * @throws CertificateStoreException if they cannot be made; what was before counts then
     */
    public synchronized void use(Set<String> others) {
        makeLocal(others);
        hosts = Set.copyOf(others);
        local.keySet().retainAll(hosts);
        refresh();
    }

    /** What was ordered; what is put there is shown at the next look, or after {@link #refresh()}. */
    public IssuedCertificates issued() {
        return issuedFiles;
    }

    /**
     * Shows a certificate that was ordered from now on, whether or not its file could be written.
     *
     * @param name as in {@link #issued()}
     */
    public synchronized void offer(String name, Credential credential) {
        offered.put(name, credential);
        refresh();
    }

    /** From now on the listener is told which hosts have no certificate of the operator's, now and when it changes. */
    public synchronized void onNeed(Consumer<Set<String>> listener) {
        needListener = listener;
        needy = Set.of();
        refresh();
    }

    /** The local authority's certificate. */
    public Path authorityFile() {
        return folder.resolve(AUTHORITY_FILE);
    }

    /** Whether every host has a certificate that is valid now. */
    public boolean isReady() {
        Map<String, Shown> now = shown;
        return hosts.stream()
                .allMatch(host -> Optional.ofNullable(now.get(host))
                        .filter(one -> one.credential().isValidAt(clock.instant()))
                        .isPresent());
    }

    /** What clients are shown now, by host. */
    public List<CertificateDescription> describe() {
        return shown.entrySet().stream()
                .map(entry -> {
                    Credential credential = entry.getValue().credential();
                    return new CertificateDescription(
                            entry.getKey(),
                            entry.getValue().source(),
                            credential.certificate().getIssuerX500Principal().getName(),
                            credential.expiresAt());
                })
                .toList();
    }

    /** What is wrong with the folder's files, in words. */
    public synchronized List<String> problems() {
        return problemsSeen.stream().sorted().toList();
    }

    /** From now on clients are asked for certificates of these; nobody is if there are none. */
    public void askClientsFor(Collection<ClientAuthorities> authorities) {
        clients.askFor(authorities);
    }

    @Override
    public boolean asksForCertificates() {
        return clients.asks();
    }

    /** It shows replaced certificates without being made anew. */
    @Override
    public SSLContext context(Consumer<Socket> beforeSigning) {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(new KeyManager[] {keys.announcing(beforeSigning)}, new TrustManager[] {clients}, null);
            tls.getServerSessionContext().setSessionTimeout((int) SESSION_LIFETIME.toSeconds());
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no TLS", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    /** Looks at the folders now. */
    public synchronized void refresh() {
        Set<String> problems = new TreeSet<>();
        try {
            makeLocal(hosts);
        } catch (CertificateStoreException e) {
            problems.add(e.getMessage()); // the other certificates go on
        }
        readOwn(problems);
        readIssued(problems);
        Map<String, Shown> best = best();
        Map<String, Credential> byName = new HashMap<>();
        best.forEach((name, one) -> byName.put(name, one.credential()));
        keys.show(byName);
        shown = best;
        report(problems);
        sayLocal(best);
        tellNeed(best);
    }

    /** Said once, and again when it is about other hosts. */
    private void sayLocal(Map<String, Shown> best) {
        Set<String> now = new TreeSet<>();
        best.forEach((host, one) -> {
            if (one.source() == Source.LOCAL) {
                now.add(host);
            }
        });
        if (!now.isEmpty() && !now.equals(localSaid)) {
            LOG.log(
                    Level.INFO,
                    "certificate event=shown-local hosts={0}: until they have another one, clients are shown one of the"
                            + " local CA, {1}, which they do not know",
                    String.join(",", now),
                    authorityFile());
        }
        localSaid = now;
    }

    private void tellNeed(Map<String, Shown> best) {
        Set<String> now = hosts.stream()
                .filter(host -> Optional.ofNullable(best.get(host))
                        .filter(one -> one.source() == Source.OWN)
                        .isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        if (!now.equals(needy)) {
            needy = now;
            needListener.accept(now);
        }
    }

    /** For each host, and each wildcard that there is a certificate for, the best one. */
    private Map<String, Shown> best() {
        Instant now = clock.instant();
        Map<String, Shown> byName = new TreeMap<>();
        Stream.concat(
                        own.stream().map(one -> new Shown(one.credential(), Source.OWN)),
                        issued.values().stream().map(credential -> new Shown(credential, Source.ISSUED)))
                .filter(one -> one.credential().hasBegunAt(now))
                .forEach(one -> one.credential()
                        .names()
                        .forEach(name -> byName.merge(name, one, BinaryOperator.minBy(better(now)))));
        Map<String, Shown> best = new TreeMap<>(byName);
        best.keySet().removeIf(name -> !name.startsWith("*."));
        for (String host : hosts) {
            Stream.of(host, Credential.wildcard(host))
                    .map(byName::get)
                    .filter(Objects::nonNull)
                    .min(better(now))
                    .or(() ->
                            Optional.ofNullable(local.get(host)).map(credential -> new Shown(credential, Source.LOCAL)))
                    .ifPresent(one -> best.put(host, one));
        }
        return best;
    }

    /** Valid now rather than expired, then of the operator's, then the one that is valid longest, then with a chain. */
    private static Comparator<Shown> better(Instant now) {
        return Comparator.comparing((Shown one) -> !one.credential().isValidAt(now))
                .thenComparing(Shown::source)
                .thenComparing(one -> one.credential().expiresAt(), Comparator.reverseOrder())
                .thenComparingInt(one -> -one.credential().chain().size());
    }

    /** While the files have problems, those of before go on to count: one of them may have been replaced by half. */
    private void readOwn(Set<String> problems) {
        OwnCertificates.Reading reading = ownFiles.read();
        if (reading.problems().isEmpty()) {
            own = reading.usable();
        } else {
            own = Stream.concat(reading.usable().stream(), own.stream())
                    .distinct()
                    .toList();
            problems.addAll(reading.problems());
        }
        own.forEach(one -> one.flawAt(clock.instant()).ifPresent(problems::add));
    }

    private void readIssued(Set<String> problems) {
        Set<String> names = new HashSet<>();
        for (String host : hosts) {
            names.add(host);
            names.add(Credential.wildcard(host));
        }
        issued.keySet().retainAll(names);
        offered.keySet().retainAll(names);
        for (String name : names) {
            try {
                Optional<Credential> kept = issuedFiles.find(name);
                newer(kept, Optional.ofNullable(offered.get(name)))
                        .ifPresentOrElse(credential -> keep(name, credential, problems), () -> issued.remove(name));
            } catch (IOException | GeneralSecurityException e) {
                problems.add("%s cannot be used: %s".formatted(issuedFiles.file(name), e.getMessage()));
            }
        }
    }

    /** What was offered counts until a file says the same or later. */
    private static Optional<Credential> newer(Optional<Credential> kept, Optional<Credential> offered) {
        return Stream.of(kept, offered).flatMap(Optional::stream).max(Comparator.comparing(Credential::expiresAt));
    }

    private void keep(String name, Credential credential, Set<String> problems) {
        if (credential.equals(issued.get(name))) {
            return;
        }
        Optional<String> flaw = credential.flaw();
        flaw.ifPresent(words -> problems.add("%s cannot be used: %s".formatted(issuedFiles.file(name), words)));
        if (flaw.isEmpty()) {
            issued.put(name, credential);
            LOG.log(
                    Level.INFO,
                    "certificate event=shown name={0} expires={1}",
                    name,
                    credential.expiresAt().toString());
        }
    }

    private void makeLocal(Set<String> hosts) {
        Instant enough = clock.instant().plus(LOCAL_RENEWED_BEFORE);
        List<String> due = hosts.stream()
                .filter(host -> Optional.ofNullable(local.get(host))
                        .filter(credential -> credential.expiresAt().isAfter(enough))
                        .isEmpty())
                .toList();
        if (due.isEmpty()) {
            return;
        }
        try {
            LocalAuthority authority = new LocalAuthority(readAuthority(), clock);
            for (String host : due) {
                local.put(host, authority.issue(host));
            }
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /** A problem is said once, for as long as it holds, and not before it was seen twice: files take time to write. */
    private void report(Set<String> problems) {
        Set<String> lasting = new TreeSet<>(problems);
        lasting.retainAll(problemsSeen);
        lasting.stream()
                .filter(problem -> !problemsSaid.contains(problem))
                .forEach(problem -> LOG.log(
                        Level.ERROR, "certificate event=refused; what was shown before still is: {0}", problem));
        problemsSeen = problems;
        problemsSaid = lasting;
    }

    private void prepareAuthority(Set<String> domains) {
        try {
            if (Files.notExists(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            synchronized (CertificateStore.class) { // a file's lock holds for other processes alone
                try (FileChannel lock = FileChannel.open(
                        folder.resolve(LOCK_FILE),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                    lock.lock();
                    prepareAuthorityAlone(domains);
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private void prepareAuthorityAlone(Set<String> domains) throws IOException, GeneralSecurityException {
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
    }

    private void makeAuthority(Set<String> domains) throws IOException, GeneralSecurityException {
        Credential authority = LocalAuthority.create(new TreeSet<>(domains), clock);
        PemFile.writeKey(keyFile(), authority.key());
        PemFile.writeCertificate(authorityFile(), authority.certificate());
    }

    private Credential readAuthority() {
        Path file = keyFile();
        try {
            PrivateKey key = PemFile.readKey(file);
            file = authorityFile();
            X509Certificate certificate = PemFile.readCertificate(file);
            if (!Credential.belongTogether(key, certificate)) {
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

    private void refreshUntilClosed() {
        try {
            while (!closed.await(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                refreshOrReport();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }

    private void refreshOrReport() {
        try {
            refresh();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "certificate event=refresh-failed: " + e.getMessage());
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
