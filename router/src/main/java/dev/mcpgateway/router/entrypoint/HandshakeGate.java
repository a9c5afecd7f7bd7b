package dev.mcpgateway.router.entrypoint;

import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds how many TLS handshakes are computed at once: each costs about as much as thousand small requests, and
 * requests would queue behind all of them. Handshakes enter when their first costly step comes. One that holds its
 * place for long waits for its client, which costs nothing, so it loses the place and goes on.
 */
final class HandshakeGate {
    private static final long PLACE_NANOS = Duration.ofMillis(100).toNanos();

    private record Place(Socket socket, long since) {}

    private final int places;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Place> taken = new ArrayDeque<>();

    HandshakeGate(int places) {
        this.places = places;
    }

    /** Waits for a place, unless the socket has one or is closed meanwhile. */
    void enter(Socket socket) {
        lock.lock();
        try {
            while (!socket.isClosed() && !holds(socket)) {
                long now = System.nanoTime();
                taken.removeIf(place -> now - place.since() >= PLACE_NANOS);
                if (taken.size() < places) {
                    taken.add(new Place(socket, now));
                } else {
                    changed.awaitNanos(taken.getFirst().since() + PLACE_NANOS - now);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the listener is stopping; the handshake will notice
        } finally {
            lock.unlock();
        }
    }

    void leave(Socket socket) {
        lock.lock();
        try {
            if (taken.removeIf(place -> place.socket().equals(socket))) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean holds(Socket socket) {
        return taken.stream().anyMatch(place -> place.socket().equals(socket));
    }
}
