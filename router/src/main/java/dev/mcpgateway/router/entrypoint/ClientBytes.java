package dev.mcpgateway.router.entrypoint;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What a client sends. While a request is being answered nobody reads, so nobody would notice that the client has left;
 * a watch then reads ahead on a thread of its own and keeps what comes for the reader.
 */
final class ClientBytes implements Supplier<byte[]> {
    private static final int MAX_AHEAD_BYTES = 64 * 1024;
    private static final long MAX_DROPPED_BYTES = 1024 * 1024;

    private final HelidonSocket socket;
    private final ClientSocket client;
    private final ReadDeadline deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> ahead = new ArrayDeque<>();
    private int aheadBytes;
    private boolean reading;
    private boolean watching;
    private boolean ended;
    private Optional<Runnable> whenGone = Optional.empty();

    ClientBytes(HelidonSocket socket, ClientSocket client, ClientTimeouts timeouts) {
        this.socket = socket;
        this.client = client;
        this.deadline = new ReadDeadline(timeouts);
    }

    /** For {@link #get}; a watch waits for ever. */
    ReadDeadline deadline() {
        return deadline;
    }

    /**
     * The next bytes, at least one.
     *
     * @throws CloseConnectionException if the client has left
     * @throws RequestException 408 if they did not come in time
     */
    @Override
    public byte[] get() {
        long start = System.nanoTime();
        byte[] bytes = next(deadline.left(start));
        long end = System.nanoTime();
        deadline.received(bytes.length, end - start, end);
        return bytes;
    }

    /** Gives back what was read too much, before anything else is read. */
    void unread(byte[] bytes) {
        lock.lock();
        try {
            if (bytes.length > 0) {
                keep(bytes);
            }
        } finally {
            lock.unlock();
        }
        deadline.awaitRequest(bytes.length > 0, System.nanoTime());
    }

    /** As {@link #get}, with a bound of its own instead of the deadline. */
    byte[] get(long waitNanos) {
        return next(waitNanos);
    }

    private byte[] next(long waitNanos) {
        long left = waitNanos;
        lock.lock();
        try {
            while (watching && ahead.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (!ahead.isEmpty()) {
                byte[] bytes = ahead.remove();
                aheadBytes -= bytes.length;
                return bytes;
            }
            if (ended) {
                throw new CloseConnectionException("The client has left");
            }
            if (left <= 0) {
                throw tooSlow();
            }
            reading = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("Interrupted", e);
        } finally {
            lock.unlock();
        }
        try {
            client.readTimeout(left == ReadDeadline.NONE ? 0 : (int) Math.max(1, left / 1_000_000));
            return receive().orElseThrow(() -> new CloseConnectionException("The client has left"));
        } finally {
            reading(false);
        }
    }

    /**
     * Calls once if the client leaves before {@link #unwatch}. Does nothing while a reader waits: it will notice.
     *
     * @param overflowIsLeaving whether a client that sends much more without waiting for its answer counts as gone;
     *     otherwise the watch ends
     */
    void watch(Runnable gone, boolean overflowIsLeaving) {
        lock.lock();
        try {
            if (reading || watching || aheadBytes > MAX_AHEAD_BYTES) {
                return;
            }
            whenGone = Optional.of(gone);
            if (ended) {
                callGone();
                return;
            }
            watching = true;
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().name("client-watch").start(() -> readAhead(overflowIsLeaving));
    }

    /** After this the call of the last {@link #watch} has been made or will not be made. */
    void unwatch() {
        lock.lock();
        try {
            whenGone = Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Reads and drops what still comes, until the client closes or the time is over, so that it sees the answer. */
    void dropFor(Duration time) {
        Thread dropper = Thread.ofVirtual().name("client-linger").start(() -> {
            long left = MAX_DROPPED_BYTES;
            try {
                while (left > 0) {
                    left -= get().length;
                }
            } catch (CloseConnectionException | RequestException _) {
                // what we wait for
            }
        });
        try {
            dropper.join(time);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // we are stopping: then without courtesy
        }
    }

    private void readAhead(boolean overflowIsLeaving) {
        client.readTimeout(0);
        boolean more = true;
        while (more) {
            Optional<byte[]> bytes = receive();
            lock.lock();
            try {
                bytes.ifPresent(this::keep);
                ended = bytes.isEmpty();
                boolean overflow = aheadBytes > MAX_AHEAD_BYTES;
                more = !ended && !overflow && whenGone.isPresent();
                watching = more;
                changed.signalAll();
                if (ended || (overflow && overflowIsLeaving)) {
                    callGone();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void keep(byte[] bytes) {
        ahead.add(bytes);
        aheadBytes += bytes.length;
    }

    private void callGone() {
        whenGone.ifPresent(Runnable::run);
        whenGone = Optional.empty();
    }

    private void reading(boolean now) {
        lock.lock();
        try {
            reading = now;
        } finally {
            lock.unlock();
        }
    }

    /** Waits; empty at the end of the connection, however it came. */
    private Optional<byte[]> receive() {
        try {
            return Optional.ofNullable(socket.get());
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                throw tooSlow();
            }
            return Optional.empty(); // reset, or closed by us: nothing more will come
        }
    }

    private static RequestException tooSlow() {
        return RequestException.builder()
                .type(DirectHandler.EventType.BAD_REQUEST)
                .status(Status.REQUEST_TIMEOUT_408)
                .message("The client sends too slowly")
                .setKeepAlive(false)
                .build();
    }
}
