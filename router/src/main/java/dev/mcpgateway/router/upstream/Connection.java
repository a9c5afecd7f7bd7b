package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.UpstreamException.ConnectionLost;
import dev.mcpgateway.router.upstream.UpstreamException.TimedOut;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * One connection to an endpoint: reads through a small buffer, and waits that the client's watch can cut. Used by one
 * thread at a time, except {@link #close} and {@link #cutOverdue}.
 */
final class Connection {
    private static final int BUFFER_BYTES = 4096;

    /** While silence may last for ever, as on many event streams at once. */
    private static final int SILENT_BUFFER_BYTES = 512;

    /**
     * Longer waits are left to the watch, which may be a fraction of a second late. A timer for each read of a virtual
     * thread wakes another thread twice, which costs as much as the read.
     */
    private static final int WATCHED_MILLIS = 2_000;

    private final Endpoint endpoint;
    private final Transport transport;
    private byte[] buffer = {};
    private int position;
    private int limit;

    private Deadline deadline = Deadline.NEVER;
    private Duration idle = Duration.ZERO;
    private boolean answering;
    private boolean reused;
    private Duration keepAlive = Duration.ZERO;
    private volatile Deadline keptUntil = Deadline.NEVER;

    private volatile Deadline cutAt = Deadline.NEVER;
    private volatile boolean cut;

    Connection(Endpoint endpoint, Transport transport) {
        this.endpoint = endpoint;
        this.transport = transport;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Whether it carried another exchange before, so that its end may be the upstream's idle time-out. */
    boolean isReused() {
        return reused;
    }

    /** Whether a byte of the answer to the request in flight has come. */
    boolean isAnswering() {
        return answering;
    }

    /** How long it may wait for its next exchange; not at all if zero or negative. */
    void keepFor(Duration time) {
        keepAlive = time;
    }

    /** Ends an exchange: whether the connection may wait for the next one. */
    boolean keep() {
        if (!keepAlive.isPositive() || buffered() > 0 || !transport.isOpen()) {
            return false;
        }
        keptUntil = Deadline.after(keepAlive);
        return true;
    }

    boolean isExpired() {
        return keptUntil.isOver();
    }

    /** Starts another exchange. */
    void reuse() {
        reused = true;
        answering = false;
        deadline = Deadline.NEVER;
        idle = Duration.ZERO;
    }

    /** Whether the peer has closed an unused connection, or sent what nobody asked for. Does not wait. */
    boolean isStale() {
        return !transport.isQuiet();
    }

    /** Does what comes before the first request, within the time. */
    void begin(Deadline deadline) throws IOException {
        cutAt = deadline;
        try {
            transport.begin();
        } catch (IOException e) {
            throw cut ? new SocketTimeoutException("it takes too long") : e;
        } finally {
            cutAt = Deadline.NEVER;
        }
    }

    /**
     * Writes all of it.
     *
     * @param stall until when the peer may leave it unread
     * @throws UpstreamException after which the buffer's position tells what had been taken
     */
    void write(ByteBuffer bytes, Deadline stall) throws UpstreamException {
        cutAt = stall;
        try {
            while (bytes.hasRemaining()) {
                transport.write(bytes);
            }
        } catch (IOException e) {
            if (cut) {
                throw new TimedOut(endpoint, "does not read the request");
            }
            throw new ConnectionLost(endpoint, "the connection broke while the request was sent", e);
        } finally {
            cutAt = Deadline.NEVER;
        }
    }

    /** Closes the connection if something that cannot end by itself has been waiting for longer than it may. */
    void cutOverdue() {
        if (cutAt.isOver()) {
            cut = true;
            close();
        }
    }

    /** The time that all following reads share. */
    void readUntil(Deadline end) {
        deadline = end;
    }

    /** The silence that each following read bears; zero for any. */
    void allowIdle(Duration silence) {
        idle = silence;
    }

    /** Whether the end of the connection is the peer's doing, as far as the transport can know. */
    boolean tellsItsEnd() {
        return transport.tellsItsEnd();
    }

    /** The next byte, or -1 at the end of the connection. */
    int read() throws UpstreamException {
        if (position == limit && !fill()) {
            return -1;
        }
        return buffer[position++] & 0xFF;
    }

    /** What has come, at least one byte and at most {@code length}, or -1 at the end of the connection. */
    int read(byte[] target, int offset, int length) throws UpstreamException {
        if (position == limit) {
            if (length >= buffer.length) {
                return receive(target, offset, length);
            }
            if (!fill()) {
                return -1;
            }
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, count);
        position += count;
        return count;
    }

    /** Bytes that were received and not read yet. */
    int buffered() {
        return limit - position;
    }

    void close() {
        transport.close();
    }

    private boolean fill() throws UpstreamException {
        boolean mayBeSilent = idle.isZero() && deadline.never() && limit < buffer.length;
        int wanted = mayBeSilent ? SILENT_BUFFER_BYTES : BUFFER_BYTES;
        position = 0;
        limit = 0;
        if (buffer.length != wanted) {
            buffer = new byte[wanted];
        }
        int count = receive(buffer, 0, buffer.length);
        limit = Math.max(count, 0);
        return count > 0;
    }

    private int receive(byte[] target, int offset, int length) throws UpstreamException {
        Deadline end = Deadline.after(idle).orEarlier(deadline);
        if (end.isOver()) {
            throw new TimedOut(endpoint, "took too long to answer");
        }
        int millis = end.millisLeft();
        boolean watched = !transport.timesReads() || millis > WATCHED_MILLIS;
        if (watched) {
            cutAt = end;
        }
        try {
            int count = transport.read(target, offset, length, watched ? 0 : millis);
            answering |= count > 0;
            return count;
        } catch (SocketTimeoutException _) {
            throw late();
        } catch (IOException e) {
            throw cut ? late() : new ConnectionLost(endpoint, "the connection broke while the answer was read", e);
        } finally {
            cutAt = Deadline.NEVER;
        }
    }

    private TimedOut late() {
        return new TimedOut(endpoint, answering ? "fell silent in the middle of its answer" : "does not answer");
    }
}
