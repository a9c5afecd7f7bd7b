package dev.mcpgateway.router.auth;

import dev.mcpgateway.router.upstream.UpstreamException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The gate before every protected route. No answer, no access: only {@link Verdict.Allow} lets a request pass. */
public final class ForwardAuth implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ForwardAuth.class.getName());

    private final VerifyClient verify;
    private final Admissions admissions;
    private final VerdictCache cache;
    private final QuestionsUnderWay underWay;
    private final AtomicBoolean available = new AtomicBoolean(true);
    private Optional<RevocationStream> revocations = Optional.empty();

    /**
     * The gate, which does not listen for revocations yet, and uses no answer twice until it does.
     *
     * @param maxAge how long an answer is used for equal requests at most, as far as it allows that; zero for never
     */
    public ForwardAuth(VerifyClient verify, Duration maxAge, StreamChecks checks, Clock clock) {
        this.verify = verify;
        this.admissions =
                new Admissions(this::ask, checks, verify.longestAnswer().plus(maxAge), clock);
        this.cache = new VerdictCache(maxAge, admissions::isGood, clock);
        this.underWay = new QuestionsUnderWay(verify.longestAnswer());
    }

    /** Listens for revocations, and looks after open streams, until it is closed. */
    public ForwardAuth listen() {
        revocations = Optional.of(verify.openRevocations(admissions));
        admissions.watch();
        return this;
    }

    /** Never throws an exception: whatever fails is {@link Verdict.Unavailable}. */
    public Verdict decide(VerifyRequest request) {
        VerifyRequest question = request.question();
        Optional<Verdict.Allow> kept = cache.find(question);
        if (kept.isPresent()) {
            return kept.get();
        }
        boolean shared = admissions.isHearing() && cache.remembers(question);
        return shared
                ? underWay.answer(question, () -> cache.find(question), () -> askAnew(request, question))
                : askAnew(request, question);
    }

    /** What verify says now; kept for equal requests if it allows that. */
    private Verdict askAnew(VerifyRequest request, VerifyRequest question) {
        Verdict verdict = ask(request);
        if (verdict instanceof Verdict.Allow allow && admissions.isRevoked(allow.validity())) {
            verdict = new Verdict.Unavailable("verify allowed what was revoked a moment ago");
        }
        switch (verdict) {
            case Verdict.Allow allow -> cache.keep(question, allow);
            case Verdict.Deny _, Verdict.Unavailable _ -> cache.forget(question);
        }
        report(verdict);
        return verdict;
    }

    /** Keeps an eye on a request that is allowed, until the admission is closed. */
    public Admission admit(VerifyRequest request, Verdict.Allow verdict) {
        return admissions.admit(request, verdict.validity());
    }

    /** How many requests passed by an answer to an equal one. */
    public long reusedAnswers() {
        return cache.reused();
    }

    /** Requests that wait for the answer to an equal one. */
    public long waiting() {
        return underWay.waiting();
    }

    /** Whether revocations are heard of at once. */
    public boolean hearsRevocations() {
        return admissions.isHearing();
    }

    /** Answers under way that end with the access they rest on: event streams, and others that are not short. */
    public long openStreams() {
        return admissions.streams();
    }

    @Override
    public void close() {
        revocations.ifPresent(RevocationStream::close);
        admissions.close();
    }

    private Verdict ask(VerifyRequest request) {
        try {
            return verify.ask(request);
        } catch (UpstreamException e) {
            return new Verdict.Unavailable("no answer from verify: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "auth.verify event=failed", e);
            return new Verdict.Unavailable("asking verify failed: " + e);
        }
    }

    /** One line when the answers stop and one when they come back, not one for each request. */
    private void report(Verdict verdict) {
        if (Thread.currentThread().isInterrupted()) {
            return; // the client has left, which says nothing about verify
        }
        if (verdict instanceof Verdict.Unavailable(var reason)) {
            Level level = available.getAndSet(false) ? Level.WARNING : Level.DEBUG;
            LOG.log(level, "auth.verify state=unavailable reason=\"{0}\"", reason);
        } else if (!available.get() && !available.getAndSet(true)) {
            LOG.log(Level.INFO, "auth.verify state=available");
        }
    }
}
