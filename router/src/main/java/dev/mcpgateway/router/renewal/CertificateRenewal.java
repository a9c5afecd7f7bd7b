package dev.mcpgateway.router.renewal;

import dev.mcpgateway.router.certificate.Credential;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a certificate of a public authority for each host that the routes use: orders what is missing, replaces what is
 * due, and does nothing else. Whatever fails, certificates that are there stay. Thread-safe.
 *
 * <p>{@link CertificateNames} says which certificates are wanted. What is missing, or past its {@link RenewalTime}, is
 * ordered by {@link CertificateOrders}, if the {@link Ledger} has nothing against it and this router gets the
 * {@link Lease}. A {@link Preflight} comes before the order, which a {@link CertificateAuthority} carries out.
 */
public final class CertificateRenewal implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CertificateRenewal.class.getName());

    /** Between two looks at the folder, in which other routers write too. */
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    /** While another router orders. */
    private static final Duration BUSY_INTERVAL = Duration.ofSeconds(3);

    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration OPERATOR_PATIENCE = Duration.ofSeconds(5);
    private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(5);

    /** Questions for renewal information in one pass, so that orders need not wait for many. */
    private static final int MAX_QUESTIONS = 20;

    private final RenewalParts parts;
    private final CertificateOrders orders;
    private final ReentrantLock passing = new ReentrantLock();
    private final Semaphore wake = new Semaphore(0);
    private final Map<String, TrackedCertificate> tracked = new ConcurrentHashMap<>();
    private volatile Set<String> hosts;
    private volatile boolean closed;
    private volatile Map<String, String> local = Map.of();
    private String trouble = "";
    private boolean isBusyElsewhere;

    /** What one router does at a time. */
    private interface Step {
        void with(Lease.Held held) throws IOException;
    }

    CertificateRenewal(RenewalParts parts, Set<String> hosts) {
        this.parts = parts;
        this.orders = new CertificateOrders(parts);
        this.hosts = Set.copyOf(hosts);
    }

    /** @param hosts of the routes, in lower case; what they lack is ordered at once */
    public static CertificateRenewal start(RenewalParts parts, Set<String> hosts) {
        CertificateRenewal renewal = new CertificateRenewal(parts, hosts);
        Thread.ofVirtual().name("certificate-orders").start(renewal::passUntilClosed);
        return renewal;
    }

    /** From now on these hosts count; what they lack is ordered within seconds. Returns at once. */
    public void use(Set<String> others) {
        hosts = Set.copyOf(others);
        wake.release();
    }

    /**
     * Orders a certificate now, for an operator: neither the hour between two orders nor a back-off counts, but what
     * the authority said does. Takes as long as an order.
     *
     * @param host a host of the routes, or a certificate's name
     */
    public RenewalAnswer renew(String host) {
        try {
            if (!passing.tryLock(OPERATOR_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return RenewalAnswer.refused("A certificate is being ordered at this moment; try again in a minute");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return RenewalAnswer.refused("The router is stopping");
        }
        try {
            track();
            Optional<TrackedCertificate> certificate = tracked.values().stream()
                    .filter(one ->
                            one.name().equals(host) || one.wanted().hosts().contains(host))
                    .findFirst();
            if (certificate.isPresent()) {
                return renew(certificate.get());
            }
            return local.containsKey(host)
                    ? RenewalAnswer.refused("%s %s; it keeps a local certificate".formatted(host, local.get(host)))
                    : RenewalAnswer.refused("%s is not a host of any route, so it gets no certificate".formatted(host));
        } catch (IOException e) {
            return RenewalAnswer.refused(words(e));
        } finally {
            passing.unlock();
            wake.release();
        }
    }

    /** All certificates that are wanted, by name. */
    public List<RenewalStatus> status() {
        return tracked.values().stream()
                .sorted(Comparator.comparing(TrackedCertificate::name))
                .map(this::status)
                .toList();
    }

    /** Hosts that keep a local certificate, each with why. */
    public Map<String, String> localHosts() {
        return new TreeMap<>(local);
    }

    /** The router that orders at this moment; empty if none does. */
    public Optional<String> leaseHolder() {
        return parts.lease().holder();
    }

    /** How many certificates are wanted and not there, or expired. */
    public int missing() {
        Instant now = parts.clock().instant();
        return (int) tracked.values().stream()
                .filter(certificate -> certificate
                        .credential()
                        .filter(credential -> credential.expiresAt().isAfter(now))
                        .isEmpty())
                .count();
    }

    /** Orders of this router since its start. */
    public long ordersMade() {
        return orders.made();
    }

    /** Those of them that failed. */
    public long ordersFailed() {
        return orders.failed();
    }

    /**
     * Orders no more. An order that is being made has a few seconds to end, and counts as an attempt if it does not.
     */
    @Override
    public void close() {
        closed = true;
        wake.release();
        try {
            if (passing.tryLock(CLOSING_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                passing.unlock();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything that is to be done at this moment. Returns how long there is nothing to do. */
    Duration pass() {
        passing.lock();
        try {
            isBusyElsewhere = false;
            track();
            parts.ledger().load();
            tracked.values().forEach(certificate -> certificate.raiseAlarm(lastProblem(certificate), now()));
            saveWhatIsNot();
            orderWhatIsDue();
            askForSuggestions();
            trouble = "";
        } catch (IOException e) {
            tracked.values().forEach(certificate -> certificate.raiseAlarm(words(e), now()));
            say(words(e));
        } finally {
            passing.unlock();
        }
        return pause();
    }

    private void passUntilClosed() {
        try {
            while (!closed) {
                Duration pause = passOrReport();
                boolean _ = wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                wake.drainPermits();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        }
    }

    private Duration passOrReport() {
        try {
            return pass();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "certificate event=pass-failed; it is tried again", e);
            return INTERVAL;
        }
    }

    /** Follows the hosts, and looks at every file. */
    private void track() {
        CertificateNames.Plan plan = parts.names().plan(hosts);
        Map<String, String> before = local;
        plan.local().forEach((host, reason) -> {
            if (!before.containsKey(host)) {
                LOG.log(Level.INFO, "certificate event=local host={0}: it {1}", host, reason);
            }
        });
        local = plan.local();
        Map<String, WantedCertificate> wanted = new HashMap<>();
        plan.wanted().forEach(certificate -> wanted.put(certificate.name(), certificate));
        tracked.keySet().retainAll(wanted.keySet());
        wanted.forEach((name, certificate) -> tracked.computeIfAbsent(name, _ -> new TrackedCertificate(certificate))
                .want(certificate));
        tracked.values().forEach(certificate -> certificate.look(parts.issued()));
    }

    private void saveWhatIsNot() throws IOException {
        List<TrackedCertificate> unsaved = tracked.values().stream()
                .filter(certificate -> certificate.unsaved().isPresent())
                .toList();
        if (unsaved.isEmpty()) {
            return;
        }
        ifNobodyElseOrders(held -> {
            parts.ledger().load();
            for (TrackedCertificate certificate : unsaved) {
                certificate.look(parts.issued());
                orders.save(certificate, held);
            }
        });
    }

    private void orderWhatIsDue() throws IOException {
        List<TrackedCertificate> due = due();
        if (due.isEmpty() || closed) {
            return;
        }
        ifNobodyElseOrders(held -> order(due, held));
    }

    /** Else the next pass comes soon. */
    private void ifNobodyElseOrders(Step step) throws IOException {
        Optional<Lease.Held> lease = parts.lease().tryAcquire();
        isBusyElsewhere |= lease.isEmpty();
        if (lease.isPresent()) {
            try (Lease.Held held = lease.get()) {
                step.with(held);
            }
        }
    }

    private void order(List<TrackedCertificate> due, Lease.Held held) throws IOException {
        for (TrackedCertificate certificate : due) {
            parts.ledger().load();
            certificate.look(parts.issued()); // another router may have been faster
            if (!closed && !nextAttempt(certificate).isAfter(now())) {
                CertificateOrders.Outcome _ = orders.place(certificate, held);
            }
        }
    }

    /** The most urgent first: what is missing, then what expires first. */
    private List<TrackedCertificate> due() {
        Instant now = now();
        return tracked.values().stream()
                .filter(certificate -> !nextAttempt(certificate).isAfter(now))
                .sorted(Comparator.<TrackedCertificate, Instant>comparing(certificate -> certificate
                                .credential()
                                .map(Credential::expiresAt)
                                .orElse(Instant.MIN))
                        .thenComparing(TrackedCertificate::name))
                .toList();
    }

    private Instant nextAttempt(TrackedCertificate certificate) {
        String name = certificate.name();
        Instant due =
                certificate.unsaved().isEmpty() && parts.ledger().isFromAnother(name) ? Instant.MIN : certificate.due();
        return Stream.of(
                        due,
                        parts.ledger().allowedFrom(name),
                        certificate.lookFrom(),
                        parts.ledger().freeFrom())
                .max(Instant::compareTo)
                .orElseThrow();
    }

    private void askForSuggestions() {
        int questions = 0;
        for (TrackedCertificate certificate : tracked.values()) {
            Optional<Credential> credential = certificate.credential();
            if (credential.isEmpty()
                    || !certificate.isToAsk(now())
                    || parts.ledger().isFromAnother(certificate.name())) {
                continue;
            }
            if (closed || questions++ >= MAX_QUESTIONS || !ask(certificate, credential.get())) {
                return;
            }
        }
    }

    /** Whether there was an answer. */
    private boolean ask(TrackedCertificate certificate, Credential credential) {
        try {
            certificate.suggested(credential, parts.authority().renewalWindow(credential.certificate()), now());
            return true;
        } catch (OrderException e) {
            noAnswer(certificate, credential, e.getMessage(), e.retryAfter());
            return false;
        } catch (RuntimeException e) {
            noAnswer(certificate, credential, e.toString(), Optional.empty());
            return false;
        }
    }

    private void noAnswer(
            TrackedCertificate certificate, Credential about, @Nullable String why, Optional<Instant> retryAfter) {
        LOG.log(Level.DEBUG, "certificate event=renewal-information-missing name={0}: {1}", certificate.name(), why);
        certificate.notSuggested(about, retryAfter, now());
    }

    private RenewalAnswer renew(TrackedCertificate certificate) throws IOException {
        String name = certificate.name();
        Optional<Lease.Held> lease = parts.lease().tryAcquire();
        if (lease.isEmpty()) {
            return RenewalAnswer.refused("%s is ordering at this moment; try again in a minute"
                    .formatted(leaseHolder().orElse("Another router")));
        }
        try (Lease.Held held = lease.get()) {
            parts.ledger().load();
            Optional<Instant> refused = parts.ledger().refusedUntil(name);
            if (refused.isPresent()) {
                return RenewalAnswer.refused(
                        "The certificate authority said not to order %s before %s (%s); asking sooner makes it worse"
                                .formatted(
                                        name,
                                        refused.get(),
                                        parts.ledger().entry(name).problem()));
            }
            if (parts.ledger().freeFrom().isAfter(now())) {
                return RenewalAnswer.refused("Too many orders were made within a minute; try again in a minute");
            }
            return switch (orders.place(certificate, held)) {
                case CertificateOrders.Outcome.Issued(var credential) ->
                    new RenewalAnswer(true, "%s is renewed; it expires %s".formatted(name, credential.expiresAt()));
                case CertificateOrders.Outcome.NotMade(var why) ->
                    RenewalAnswer.refused("%s was not ordered: %s".formatted(name, why));
                case CertificateOrders.Outcome.Failed(var why) ->
                    RenewalAnswer.refused("%s was ordered and not issued: %s".formatted(name, why));
            };
        }
    }

    private RenewalStatus status(TrackedCertificate certificate) {
        LedgerEntry entry = parts.ledger().entry(certificate.name());
        Optional<TrackedCertificate.Problem> here = certificate.problem(now());
        Instant next = nextAttempt(certificate);
        return new RenewalStatus(
                certificate.name(),
                certificate.wanted().dnsNames(),
                certificate.wanted().hosts(),
                certificate.credential().map(Credential::expiresAt).orElse(null),
                next.equals(Instant.MAX) ? null : next.equals(Instant.MIN) ? now() : next,
                here.map(TrackedCertificate.Problem::words).orElse(entry.problem()),
                here.map(TrackedCertificate.Problem::at).orElse(entry.failedAt()),
                entry.succeededAt());
    }

    private String lastProblem(TrackedCertificate certificate) {
        return certificate
                .problem(now())
                .map(TrackedCertificate.Problem::words)
                .orElse(parts.ledger().entry(certificate.name()).problem());
    }

    private Duration pause() {
        if (isBusyElsewhere) {
            return BUSY_INTERVAL;
        }
        if (!trouble.isEmpty()) {
            return INTERVAL;
        }
        Instant now = now();
        Duration pause = tracked.values().stream()
                .map(this::nextAttempt)
                .filter(next -> next.isBefore(now.plus(INTERVAL)))
                .map(next -> next.isAfter(now) ? Duration.between(now, next) : Duration.ZERO)
                .min(Duration::compareTo)
                .orElse(INTERVAL);
        return pause.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : pause;
    }

    /** Once for as long as it holds. */
    private void say(String words) {
        if (!words.equals(trouble)) {
            trouble = words;
            LOG.log(Level.ERROR, "certificate event=cannot-order; certificates that are there stay: {0}", words);
        }
    }

    private static String words(IOException e) {
        return "the folder of certificates cannot be used (%s: %s)"
                .formatted(e.getClass().getSimpleName(), e.getMessage());
    }

    private Instant now() {
        return parts.clock().instant();
    }
}
