package dev.mcpgateway.router.upstream;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Requests that wait for a place at an endpoint, first come, first served. Thread safe.
 *
 * <p>A place is handed over by whoever is told that there may be one, so that none is lost or taken out of turn.
 */
final class WaitingLine {
    private final int length;
    private final Queue<Waiter> waiters = new ArrayDeque<>();
    private volatile int waiting;

    /** @param place takes a place if there is one for this request */
    private record Waiter(Supplier<Optional<BalancedEndpoint>> place, CompletableFuture<BalancedEndpoint> handed) {}

    WaitingLine(int length) {
        this.length = length;
    }

    int waiting() {
        return waiting;
    }

    /**
     * Takes a place at once, or when it is this request's turn.
     *
     * @param place takes a place if there is one
     * @return empty if the line is too long, or if the time passed, or the thread was interrupted
     */
    Optional<BalancedEndpoint> enter(Supplier<Optional<BalancedEndpoint>> place, Deadline deadline) {
        if (waiting == 0) {
            Optional<BalancedEndpoint> now = place.get();
            if (now.isPresent()) {
                return now;
            }
        }
        Waiter waiter = new Waiter(place, new CompletableFuture<>());
        if (!join(waiter)) {
            return Optional.empty();
        }
        serve(); // a place may have become free meanwhile
        try {
            return Optional.of(waiter.handed.get(deadline.millisLeft(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            return leave(waiter);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return leave(waiter);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hands out places to those who wait, as far as there are any. */
    void serve() {
        if (waiting == 0) {
            return;
        }
        synchronized (waiters) {
            for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
                Waiter waiter = each.next();
                try {
                    waiter.place.get().ifPresent(endpoint -> {
                        each.remove();
                        waiter.handed.complete(endpoint);
                    });
                } catch (RuntimeException e) {
                    each.remove(); // its own request fails, not the one that has just made room
                    waiter.handed.completeExceptionally(e);
                }
            }
            waiting = waiters.size();
        }
    }

    private boolean join(Waiter waiter) {
        synchronized (waiters) {
            if (waiters.size() >= length) {
                return false;
            }
            waiters.add(waiter);
            waiting = waiters.size();
            return true;
        }
    }

    /** What was handed over in the last moment is used. */
    private Optional<BalancedEndpoint> leave(Waiter waiter) {
        synchronized (waiters) {
            waiters.remove(waiter);
            waiting = waiters.size();
            return Optional.ofNullable(waiter.handed.getNow(null));
        }
    }
}
