package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.UpstreamException.Busy;
import dev.mcpgateway.router.upstream.UpstreamException.CannotConnect;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The connections to one endpoint. The one that was used last is taken first, so that the others can age and go. Thread
 * safe; what was taken is given back or discarded exactly once.
 */
final class ConnectionPool {
    private final Endpoint endpoint;
    private final UpstreamLimits limits;
    private final Semaphore places;
    private final ConcurrentLinkedDeque<Connection> unused = new ConcurrentLinkedDeque<>();
    private final Set<Connection> taken = ConcurrentHashMap.newKeySet();
    private volatile boolean retired;
    private volatile boolean closed;

    ConnectionPool(Endpoint endpoint, UpstreamLimits limits) {
        this.endpoint = endpoint;
        this.limits = limits;
        this.places = new Semaphore(limits.connections());
    }

    /** A kept connection that is still good, else a new one. */
    Connection take(Deadline deadline) throws UpstreamException {
        awaitPlace(deadline);
        Optional<Connection> kept = takeUnused();
        return kept.isPresent() ? kept.get() : openInPlace(deadline);
    }

    /** A new connection, whatever is kept. */
    Connection open(Deadline deadline) throws UpstreamException {
        awaitPlace(deadline);
        return openInPlace(deadline);
    }

    /** Keeps a connection whose last exchange is complete. */
    void giveBack(Connection connection) {
        taken.remove(connection);
        if (connection.keep()) {
            unused.push(connection);
        } else {
            connection.close();
        }
        places.release();
        if (retired) {
            closeUnused(); // pushed after the pool was emptied
        }
    }

    void discard(Connection connection) {
        connection.close();
        taken.remove(connection);
        places.release();
    }

    /** Ends what is overdue: unused connections past their time, and waits. */
    void sweep() {
        unused.removeIf(connection -> {
            if (connection.isExpired()) {
                connection.close();
                return true;
            }
            return false;
        });
        taken.forEach(Connection::cutOverdue);
    }

    /** Closes every connection once it is not in use, and keeps none any more. */
    void retire() {
        retired = true;
        closeUnused();
    }

    /** Whether no connection is in use. */
    boolean isQuiet() {
        return places.availablePermits() == limits.connections();
    }

    /** Closes every connection, also those in use. */
    void close() {
        closed = true;
        retire();
        taken.forEach(Connection::close);
    }

    private void awaitPlace(Deadline deadline) throws UpstreamException {
        try {
            if (places.tryAcquire(deadline.millisLeft(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotConnect(endpoint, "interrupted while waiting for a free connection", e);
        }
        throw new Busy(endpoint, "all " + limits.connections() + " connections are in use");
    }

    private Optional<Connection> takeUnused() {
        for (Connection kept = unused.poll(); kept != null; kept = unused.poll()) {
            if (!kept.isExpired() && !kept.isStale()) {
                kept.reuse();
                taken.add(kept);
                return Optional.of(kept);
            }
            kept.close();
        }
        return Optional.empty();
    }

    private Connection openInPlace(Deadline deadline) throws UpstreamException {
        boolean opened = false;
        try {
            Connection connection = begin(Connector.open(endpoint, deadline), deadline);
            opened = true;
            return connection;
        } catch (IOException e) {
            throw new CannotConnect(endpoint, "cannot connect: " + e.getMessage(), e);
        } finally {
            if (!opened) {
                places.release();
            }
        }
    }

    private Connection begin(Connection connection, Deadline deadline) throws IOException {
        taken.add(connection);
        boolean begun = false;
        try {
            if (closed) {
                throw new IOException("the client is closed");
            }
            connection.begin(deadline);
            begun = true;
            return connection;
        } finally {
            if (!begun) {
                taken.remove(connection);
                connection.close();
            }
        }
    }

    private void closeUnused() {
        for (Connection kept = unused.poll(); kept != null; kept = unused.poll()) {
            kept.close();
        }
    }
}
