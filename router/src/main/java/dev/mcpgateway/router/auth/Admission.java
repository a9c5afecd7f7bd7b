package dev.mcpgateway.router.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A request that verify has allowed and that is still being answered. If its answer is a stream, it ends when what
 * allowed it counts no more. Thread-safe.
 */
public final class Admission implements AutoCloseable {
    private final Admissions admissions;
    private final VerifyRequest question;
    private Validity validity;
    private boolean over;
    private Optional<Runnable> end = Optional.empty();

    private long askedNanos;
    private boolean asking;
    private Optional<Long> doubtfulSince = Optional.empty();
    private long doubtedNanos;

    Admission(Admissions admissions, VerifyRequest question, Validity validity) {
        this.admissions = admissions;
        this.question = question;
        this.validity = validity;
        this.askedNanos = validity.askedNanos();
    }

    /**
     * Says that the answer is a stream, or may last like one: {@code endStream} runs once, on any thread, when it must
     * end.
     */
    public void streaming(Runnable endStream) {
        boolean now;
        synchronized (this) {
            end = Optional.of(endStream);
            now = over;
        }
        if (now) {
            endStream.run();
        }
    }

    /** The answer is complete. */
    @Override
    public void close() {
        admissions.forget(this);
    }

    VerifyRequest question() {
        return question;
    }

    synchronized boolean isStreaming() {
        return end.isPresent() && !over;
    }

    synchronized boolean restsOn(String handle) {
        return validity.subjects().contains(handle);
    }

    synchronized boolean isExpired(Instant now) {
        return !validity.expires().isAfter(now);
    }

    /** It is to be verified again, whenever it was last. */
    synchronized void doubt() {
        doubtedNanos = System.nanoTime();
        if (doubtfulSince.isEmpty()) {
            doubtfulSince = Optional.of(doubtedNanos);
        }
    }

    /** How long nobody has known whether it may go on. */
    synchronized Duration doubtful() {
        return doubtfulSince
                .map(since -> Duration.ofNanos(System.nanoTime() - since))
                .orElse(Duration.ZERO);
    }

    /**
     * Whether it is time to verify it again; the caller then does so.
     *
     * @param pause between two attempts while it is doubtful
     */
    synchronized boolean claimCheck(Duration pause) {
        boolean first = doubtfulSince.isPresent() && askedNanos - doubtedNanos < 0;
        boolean again = doubtfulSince.isPresent() && System.nanoTime() - askedNanos >= pause.toNanos();
        if (asking || over || !(first || again)) {
            return false;
        }
        asking = true;
        askedNanos = System.nanoTime();
        return true;
    }

    /** When it was last asked about, on the clock of {@link System#nanoTime}. */
    synchronized long askedNanos() {
        return askedNanos;
    }

    /** Verify has allowed it again. */
    synchronized void renew(Validity renewed) {
        validity = renewed;
        asking = false;
        // A doubt that came while verify was asked may not be answered yet.
        doubtfulSince = doubtedNanos - askedNanos > 0 ? Optional.of(doubtedNanos) : Optional.empty();
    }

    /** Verify could not say. */
    synchronized void remainDoubtful() {
        asking = false;
    }

    /** Ends its stream, now or as soon as it begins. */
    void end() {
        Optional<Runnable> action;
        synchronized (this) {
            action = over ? Optional.empty() : end;
            over = true;
        }
        action.ifPresent(Runnable::run);
    }
}
