package dev.mcpgateway.router.renewal;

import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.certificate.IssuedCertificates;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What this router knows of one certificate that is wanted, beyond the {@link Ledger}. Thread-safe. */
final class TrackedCertificate {
    private static final System.Logger LOG = System.getLogger(TrackedCertificate.class.getName());
    private static final List<Duration> LOOK_PAUSES = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30));
    private static final Duration SUGGESTION_INTERVAL = Duration.ofDays(1);

    private final ExpiryAlarm alarm = new ExpiryAlarm();
    private WantedCertificate wanted;
    private IssuedFile file = new IssuedFile.Missing();
    private @Nullable Credential unsaved;
    private @Nullable RenewalWindow window;
    private Instant askFrom = Instant.MIN;
    private int looksInVain;
    private Instant lookFrom = Instant.MIN;
    private @Nullable Problem problem;

    /** What was wrong here, before anybody was asked. */
    record Problem(Instant at, String words) {}

    TrackedCertificate(WantedCertificate wanted) {
        this.wanted = wanted;
    }

    synchronized WantedCertificate wanted() {
        return wanted;
    }

    /** The same certificate, perhaps for other hosts. */
    synchronized void want(WantedCertificate same) {
        wanted = same;
    }

    String name() {
        return wanted().name();
    }

    /** Reads the file anew. */
    synchronized void look(IssuedCertificates issued) {
        IssuedFile found = IssuedFile.look(issued, wanted, file);
        if (found instanceof IssuedFile.Broken(var why) && !found.equals(file)) {
            LOG.log(
                    Level.WARNING,
                    "certificate event=file-refused name={0}: {1}; another one is ordered",
                    wanted.name(),
                    why);
        } else if (found instanceof IssuedFile.Unreadable(var why) && !found.equals(file)) {
            LOG.log(
                    Level.ERROR,
                    "certificate event=file-unreadable name={0}: {1}; no other is ordered, make it readable or remove it",
                    wanted.name(),
                    why);
        }
        Optional<Credential> before = credential();
        file = found;
        if (unsaved != null && found instanceof IssuedFile.Sound(var saved) && !isLater(unsaved, saved)) {
            unsaved = null; // this one was saved, or another router has got a newer one
        }
        if (!before.map(Credential::certificate).equals(credential().map(Credential::certificate))) {
            window = null;
            askFrom = Instant.MIN;
        }
    }

    /** What there is to show: what could not be saved yet, else what is in the file. */
    synchronized Optional<Credential> credential() {
        if (unsaved != null) {
            return Optional.of(unsaved);
        }
        return file instanceof IssuedFile.Sound(var saved) ? Optional.of(saved) : Optional.empty();
    }

    synchronized Optional<Credential> unsaved() {
        return Optional.ofNullable(unsaved);
    }

    /** Keeps in memory what no disk takes. */
    synchronized void keep(Credential fresh) {
        unsaved = fresh;
        window = null;
        askFrom = Instant.MIN;
    }

    /** Forgets what another router has got better. */
    synchronized void drop() {
        unsaved = null;
    }

    /** When it should be replaced, whatever was tried; at once if there is none. */
    synchronized Instant due() {
        if (unsaved == null && file instanceof IssuedFile.Unreadable) {
            return Instant.MAX;
        }
        return credential()
                .map(credential -> new RenewalTime(credential.certificate()).next(Optional.ofNullable(window)))
                .orElse(Instant.MIN);
    }

    /** Before when the look that comes before an order failed, and is not worth another. */
    synchronized Instant lookFrom() {
        return lookFrom;
    }

    /** @return whether that is news */
    synchronized boolean lookFailed(String words, Instant now) {
        boolean isNews = problem == null || !problem.words().equals(words);
        problem = new Problem(now, words);
        lookFrom = now.plus(LOOK_PAUSES.get(Math.min(looksInVain, LOOK_PAUSES.size() - 1)));
        looksInVain++;
        return isNews;
    }

    synchronized void lookSucceeded() {
        looksInVain = 0;
        lookFrom = Instant.MIN;
        problem = null;
    }

    synchronized Optional<Problem> problem(Instant now) {
        return switch (file) {
            case IssuedFile.Broken(var why) -> Optional.of(problem == null ? new Problem(now, why) : problem);
            case IssuedFile.Unreadable(var why) -> Optional.of(new Problem(now, why));
            case IssuedFile.Missing _, IssuedFile.Sound _ -> Optional.ofNullable(problem);
        };
    }

    synchronized boolean isToAsk(Instant now) {
        return credential().isPresent() && !askFrom.isAfter(now);
    }

    /** What the authority wishes for the certificate that it was asked about. */
    synchronized void suggested(Credential about, Optional<RenewalWindow> suggestion, Instant now) {
        RenewalTime time = new RenewalTime(about.certificate());
        if (suggestion.isPresent() && !suggestion.get().equals(window)) {
            LOG.log(
                    Level.DEBUG,
                    "certificate event=renewal-suggested name={0} at={1}",
                    wanted.name(),
                    time.suggested(suggestion.get()));
        }
        window = suggestion.orElse(null);
        askFrom = suggestion.map(wish -> time.askAgain(wish, now)).orElseGet(() -> now.plus(SUGGESTION_INTERVAL));
    }

    /** It could not be asked; what it wished before counts. */
    synchronized void notSuggested(Credential about, Optional<Instant> retryAfter, Instant now) {
        Instant later = new RenewalTime(about.certificate()).askAfterFailure(now);
        Instant latest = now.plus(SUGGESTION_INTERVAL);
        askFrom = retryAfter
                .map(wish -> wish.isAfter(latest) ? latest : wish)
                .filter(later::isBefore)
                .orElse(later);
    }

    /** @param lastProblem why it was not replaced; empty if nothing is known */
    synchronized void raiseAlarm(String lastProblem, Instant now) {
        credential().ifPresent(credential -> {
            Duration lifetime = new RenewalTime(credential.certificate()).lifetime();
            alarm.check(credential.expiresAt(), lifetime, now)
                    .ifPresent(level -> LOG.log(
                            level,
                            "certificate event={0} name={1} expires={2}: {3}",
                            credential.expiresAt().isAfter(now) ? "expires-soon" : "expired",
                            wanted.name(),
                            credential.expiresAt(),
                            lastProblem.isEmpty() ? "it is to be replaced soon" : lastProblem));
        });
    }

    private static boolean isLater(Credential one, Credential other) {
        return issuedAt(one).isAfter(issuedAt(other));
    }

    private static Instant issuedAt(Credential credential) {
        return credential.certificate().getNotBefore().toInstant();
    }
}
