package dev.mcpgateway.router.renewal;

import dev.mcpgateway.router.certificate.Credential;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Orders one certificate at a time, by the holder of the lease: looks, writes down, orders, saves, tells. */
final class CertificateOrders {
    private static final System.Logger LOG = System.getLogger(CertificateOrders.class.getName());
    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);
    private static final String LOST = "another router has taken over; it orders";

    private final RenewalParts parts;
    private final AtomicLong orders = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    /** What became of an order. */
    sealed interface Outcome {
        /** There is another certificate, to be shown now. */
        record Issued(Credential credential) implements Outcome {}

        /** Nobody was asked. */
        record NotMade(String why) implements Outcome {}

        record Failed(String why) implements Outcome {}
    }

    CertificateOrders(RenewalParts parts) {
        this.parts = parts;
    }

    /** How many were made. */
    long made() {
        return orders.get();
    }

    /** How many of them failed. */
    long failed() {
        return failures.get();
    }

    /** Orders it now, whatever the ledger says; that is up to the caller. Takes minutes. */
    Outcome place(TrackedCertificate certificate, Lease.Held lease) {
        WantedCertificate wanted = certificate.wanted();
        Optional<String> problem = parts.policy() == PreflightPolicy.OFF
                ? Optional.empty()
                : parts.preflight().problem(wanted.dnsNames());
        problem.ifPresentOrElse(words -> report(certificate, words), certificate::lookSucceeded);
        if (problem.isPresent() && parts.policy() == PreflightPolicy.CHECK) {
            return new Outcome.NotMade(problem.get());
        }
        try {
            if (!lease.whileHeld(() -> parts.ledger().begin(wanted.name(), longestPause(certificate)))) {
                return new Outcome.NotMade(LOST);
            }
        } catch (IOException | GeneralSecurityException e) {
            String words = "an order cannot be written down (%s), so it is not made; the certificate stays"
                    .formatted(describe(e));
            report(certificate, words);
            return new Outcome.NotMade(words);
        }
        return order(certificate, wanted, lease);
    }

    private Outcome order(TrackedCertificate certificate, WantedCertificate wanted, Lease.Held lease) {
        orders.incrementAndGet();
        LOG.log(Level.INFO, "certificate event=order name={0}", wanted.name());
        Credential fresh;
        try {
            fresh = parts.authority().order(wanted.dnsNames(), replaced(certificate));
        } catch (OrderException e) {
            return fail(wanted.name(), e, lease);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "certificate event=order-broken name=" + wanted.name(), e);
            return fail(
                    wanted.name(),
                    new OrderException(
                            OrderException.Reason.LOCAL, "it broke off; the log says where", Optional.empty(), e),
                    lease);
        }
        certificate.keep(fresh);
        if (!save(certificate, lease)) {
            return new Outcome.NotMade(LOST);
        }
        LOG.log(
                Level.INFO,
                "certificate event=issued name={0} issuer=\"{1}\" expires={2}",
                wanted.name(),
                fresh.certificate().getIssuerX500Principal().getName(),
                fresh.expiresAt());
        tell(wanted, fresh);
        return new Outcome.Issued(fresh);
    }

    /**
     * Writes a fresh certificate to its file; it stays in memory if that fails.
     *
     * @return false if another router has the lease, whose certificate counts
     */
    boolean save(TrackedCertificate certificate, Lease.Held lease) {
        Optional<Credential> fresh = certificate.unsaved();
        if (fresh.isEmpty()) {
            return true;
        }
        String name = certificate.name();
        try {
            boolean saved = lease.whileHeld(() -> {
                parts.issued().put(name, fresh.get());
                parts.ledger().succeeded(name);
            });
            if (!saved) {
                LOG.log(Level.WARNING, "certificate event=order-given-up name={0}: {1}", name, LOST);
                certificate.drop();
            }
            certificate.lookSucceeded();
            certificate.look(parts.issued());
            return saved;
        } catch (IOException | GeneralSecurityException e) {
            String words =
                    "it is issued and shown, but cannot be saved (%s); this is tried again".formatted(describe(e));
            if (certificate.lookFailed(words, parts.clock().instant())) {
                LOG.log(Level.ERROR, "certificate event=not-saved name={0}: {1}", name, words);
            }
            return true;
        }
    }

    private Outcome fail(String name, OrderException failure, Lease.Held lease) {
        failures.incrementAndGet();
        String words = String.valueOf(failure.getMessage());
        try {
            boolean _ = lease.whileHeld(() -> parts.ledger().failed(name, failure));
        } catch (IOException | GeneralSecurityException e) {
            LOG.log(Level.WARNING, "certificate event=ledger-unwritable: {0}", describe(e));
        }
        LOG.log(
                Level.WARNING,
                "certificate event=order-failed name={0} reason={1} next={2}: {3}",
                name,
                failure.reason(),
                parts.ledger().allowedFrom(name),
                words);
        return new Outcome.Failed(words);
    }

    private void tell(WantedCertificate wanted, Credential fresh) {
        try {
            parts.listener().issued(wanted, fresh);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "certificate event=not-shown name=" + wanted.name(), e);
        }
    }

    private void report(TrackedCertificate certificate, String words) {
        boolean isNews = certificate.lookFailed(words, parts.clock().instant());
        LOG.log(
                isNews ? Level.WARNING : Level.DEBUG,
                "certificate event=preflight name={0}: {1}",
                certificate.name(),
                words);
    }

    /** An authority knows its own certificates only, and counts no others. */
    private Optional<X509Certificate> replaced(TrackedCertificate certificate) {
        Instant now = parts.clock().instant();
        return parts.ledger().isFromAnother(certificate.name())
                ? Optional.empty()
                : certificate
                        .credential()
                        .filter(credential -> credential.expiresAt().isAfter(now))
                        .map(Credential::certificate);
    }

    /** A twelfth of the lifetime: those that live for days cannot wait for one. */
    private static Duration longestPause(TrackedCertificate certificate) {
        return certificate
                .credential()
                .map(credential ->
                        new RenewalTime(credential.certificate()).lifetime().dividedBy(12))
                .orElse(LONGEST_PAUSE);
    }

    private static String describe(Exception e) {
        return List.of(e.getClass().getSimpleName(), String.valueOf(e.getMessage()))
                .toString();
    }
}
