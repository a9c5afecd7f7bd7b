package dev.mcpgateway.router.auth;

import dev.mcpgateway.router.upstream.UpstreamException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/** The gate before every protected route. No answer, no access: only {@link Verdict.Allow} lets a request pass. */
public final class ForwardAuth {
    private static final System.Logger LOG = System.getLogger(ForwardAuth.class.getName());

    private final VerifyClient verify;
    private final AtomicBoolean available = new AtomicBoolean(true);

    public ForwardAuth(VerifyClient verify) {
        this.verify = verify;
    }

    /** Never throws an exception: whatever fails is {@link Verdict.Unavailable}. */
    public Verdict decide(VerifyRequest request) {
        Verdict verdict = ask(request);
        report(verdict);
        return verdict;
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
        if (verdict instanceof Verdict.Unavailable(var reason)) {
            Level level = available.getAndSet(false) ? Level.WARNING : Level.DEBUG;
            LOG.log(level, "auth.verify state=unavailable reason=\"{0}\"", reason);
        } else if (!available.get() && !available.getAndSet(true)) {
            LOG.log(Level.INFO, "auth.verify state=available");
        }
    }
}
