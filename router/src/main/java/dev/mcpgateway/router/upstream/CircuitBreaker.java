package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.Balancing.Ejection;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether an endpoint gets requests, judged by those it got. After failures in a row it is left alone for a while; then
 * one request at a time tries it, and the first that is answered brings it back, with a share of requests that grows
 * from a tenth to the whole. Thread safe.
 */
final class CircuitBreaker {
    private static final double FIRST_SHARE = 0.1;
    private static final int MAX_DOUBLINGS = 20;

    private final Ejection rules;
    private final LongSupplier nanoTime;
    private int failures;
    private volatile int brokenOff;
    private int ejections;
    private boolean open;
    private boolean returning;
    private long openUntil;
    private long returnedAt;
    /** Whether there is nothing to consider: spares most requests the lock. */
    private volatile boolean untroubled = true;

    /** @param nanoTime a clock that never goes back */
    CircuitBreaker(Ejection rules, LongSupplier nanoTime) {
        this.rules = rules;
        this.nanoTime = nanoTime;
    }

    /** Whether a request may be sent now, be it the one that tries. */
    boolean admits() {
        if (untroubled) {
            return true;
        }
        synchronized (this) {
            return !open || nanoTime.getAsLong() - openUntil >= 0;
        }
    }

    /** Takes the permission that {@link #admits} promises; false if another request was faster. */
    boolean tryEnter() {
        if (untroubled) {
            return true;
        }
        synchronized (this) {
            if (!admits()) {
                return false;
            }
            if (open) {
                openUntil = nanoTime.getAsLong() + ejectionNanos();
            }
            return true;
        }
    }

    /** Tells of an answer; true if it brought the endpoint back. */
    boolean succeeded() {
        if (untroubled) {
            return false;
        }
        synchronized (this) {
            boolean back = open;
            failures = 0;
            if (open) {
                beginReturn();
            } else if (share() >= 1) {
                ejections = 0;
                returning = false;
                untroubled = true;
            }
            return back;
        }
    }

    /** Tells of a failure; true if it was the one that ejects the endpoint. */
    synchronized boolean failed() {
        failures++;
        return eject(failures);
    }

    /** Tells that an answer broke off after its head; true if that ejects the endpoint. */
    synchronized boolean brokeOff() {
        brokenOff++;
        return eject(brokenOff);
    }

    /** Tells that an answer came to its end. */
    void completed() {
        if (brokenOff != 0) {
            synchronized (this) {
                brokenOff = 0;
            }
        }
    }

    /** @param inARow how often what is wrong was so */
    private boolean eject(int inARow) {
        untroubled = false;
        boolean first = !open && (inARow >= rules.after() || returning);
        if (open || first) {
            open = true;
            ejections = Math.min(ejections + 1, MAX_DOUBLINGS);
            openUntil = nanoTime.getAsLong() + ejectionNanos();
        }
        return first;
    }

    /** Lets requests grow slowly from now on, after the endpoint was out of order for another reason. */
    synchronized void beginReturn() {
        untroubled = false;
        open = false;
        returning = true;
        returnedAt = nanoTime.getAsLong();
    }

    synchronized boolean isOpen() {
        return open;
    }

    /** Which part of its usual requests the endpoint gets: 0.1 to 1. */
    double share() {
        if (untroubled) {
            return 1;
        }
        synchronized (this) {
            long whole = rules.returnTime().toNanos();
            long passed = nanoTime.getAsLong() - returnedAt;
            return !returning || passed >= whole ? 1 : Math.max(FIRST_SHARE, (double) passed / whole);
        }
    }

    private long ejectionNanos() {
        Duration time = rules.time().multipliedBy(1L << Math.max(0, ejections - 1));
        return (time.compareTo(rules.maxTime()) < 0 ? time : rules.maxTime()).toNanos();
    }
}
