package dev.mcpgateway.router.upstream;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One endpoint of an upstream, with what is known of its health and its work. Thread safe. */
final class BalancedEndpoint {
    private static final System.Logger LOG = System.getLogger(BalancedEndpoint.class.getName());

    /** An answer that old does not count. */
    private static final Duration ONE_YEAR = Duration.ofDays(365);

    private final Upstream upstream;
    private final Endpoint endpoint;
    private final CircuitBreaker breaker;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile double weight;
    private volatile boolean listed = true;
    private volatile boolean healthy = true;
    private volatile long lastAnswer = System.nanoTime() - ONE_YEAR.toNanos();
    private volatile String lastError = "";
    private volatile Instant since = Instant.now();

    BalancedEndpoint(Upstream upstream, Endpoint endpoint) {
        this.upstream = upstream;
        this.endpoint = endpoint;
        this.breaker = new CircuitBreaker(upstream.balancing().ejection(), System::nanoTime);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    void weigh(double share) {
        if ((weight == 0) != (share == 0)) {
            since = Instant.now();
        }
        weight = share;
    }

    /** Says that it is no longer behind its name. */
    void delist() {
        listed = false;
        since = Instant.now();
    }

    /** Whether it may get new requests at all. */
    boolean takesRequests() {
        return weight > 0;
    }

    /** Whether, as far as is known, it would answer. */
    boolean isUsable() {
        return healthy && breaker.admits();
    }

    boolean hasRoom() {
        return inFlight.get() < upstream.balancing().maxRequests();
    }

    /** Whether nothing is left to be done by it. */
    boolean isIdle() {
        return inFlight.get() == 0 && streams.get() == 0;
    }

    /** What it gets of the upstream's requests, in any unit; above 0. */
    double currentWeight() {
        return weight * breaker.share();
    }

    double load() {
        return inFlight.get() / currentWeight();
    }

    /**
     * Takes a place for a request.
     *
     * @param anyhow even if it does not look usable
     */
    boolean tryEnter(boolean anyhow) {
        if (!breaker.tryEnter() && !anyhow) {
            return false;
        }
        int max = upstream.balancing().maxRequests();
        int before = inFlight.getAndUpdate(count -> count < max ? count + 1 : count);
        if (before >= max) {
            return false;
        }
        requests.increment();
        return true;
    }

    void leave() {
        inFlight.decrementAndGet();
    }

    /** The request has become a stream, which needs no place. */
    void becomeStream() {
        streams.incrementAndGet();
        inFlight.decrementAndGet();
    }

    void endStream() {
        streams.decrementAndGet();
    }

    /** Whether a request was answered lately. */
    boolean hasAnsweredWithin(Duration time) {
        return System.nanoTime() - lastAnswer < time.toNanos();
    }

    void succeeded() {
        lastAnswer = System.nanoTime();
        if (breaker.succeeded()) {
            since = Instant.now();
            LOG.log(Level.INFO, "upstream event=returned upstream={0} endpoint={1}", upstream.name(), endpoint);
        }
    }

    void failed(UpstreamException failure) {
        report(failure, breaker.failed());
    }

    /** The head of an answer had come, the rest of it did not. */
    void brokeOff(UpstreamException failure) {
        report(failure, breaker.brokeOff());
    }

    /** An answer came to its end. */
    void completed() {
        breaker.completed();
    }

    private void report(UpstreamException failure, boolean ejected) {
        failures.increment();
        lastError = String.valueOf(failure.getMessage());
        if (ejected) {
            since = Instant.now();
            LOG.log(
                    Level.WARNING,
                    "upstream event=ejected upstream={0} endpoint={1} reason=\"{2}\"",
                    upstream.name(),
                    endpoint,
                    lastError);
        }
    }

    /** @param problem that its health check found; null if it is well */
    void judge(@Nullable String problem) {
        boolean well = problem == null;
        if (problem != null) {
            lastError = problem;
        }
        if (well == healthy) {
            return;
        }
        if (well) {
            breaker.beginReturn(); // also if it was ejected: whatever was wrong with it then, it was started anew since
        }
        healthy = well;
        since = Instant.now();
        LOG.log(
                well ? Level.INFO : Level.WARNING,
                "upstream event={0} upstream={1} endpoint={2} reason=\"{3}\"",
                well ? "healthy" : "unhealthy",
                upstream.name(),
                endpoint,
                well ? "its health check passes" : lastError);
    }

    EndpointStatus status() {
        return new EndpointStatus(
                endpoint.authority(),
                state(),
                weight,
                inFlight.get(),
                streams.get(),
                requests.sum(),
                failures.sum(),
                lastError,
                since);
    }

    private EndpointStatus.State state() {
        if (!listed || weight == 0) {
            return EndpointStatus.State.DRAINING;
        }
        if (!healthy) {
            return EndpointStatus.State.UNHEALTHY;
        }
        if (breaker.isOpen()) {
            return EndpointStatus.State.EJECTED;
        }
        return breaker.share() < 1 ? EndpointStatus.State.RETURNING : EndpointStatus.State.HEALTHY;
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
