package dev.mcpgateway.router.http2;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;

/**
 * A request and its answer. Used by the thread that handles it; what comes from the client is fed in by the thread of
 * the connection, under the connection's lock.
 */
public final class Http2Stream {
    private static final int MAX_JOINED_BYTES = 1024;

    private final Http2Connection connection;
    private final int id;
    private final HpackDecoder.HeaderFields head;
    private final Condition changed;
    private final InputStream body = new Body();

    private final Deque<byte[]> received = new ArrayDeque<>();
    private int offset;
    private long bodyBytes;
    private long bodyWaited;
    private boolean remoteEnded;
    private boolean gone;
    private boolean writing;
    private boolean localEnded;
    private long sendWindow;
    private int receiveWindow = Http2Connection.STREAM_WINDOW;
    private int unacknowledged;
    private OptionalLong declared = OptionalLong.empty();
    private Optional<Runnable> whenGone = Optional.empty();

    Http2Stream(Http2Connection connection, int id, HpackDecoder.HeaderFields head, boolean ended, long sendWindow) {
        this.connection = connection;
        this.id = id;
        this.head = head;
        this.remoteEnded = ended;
        this.sendWindow = sendWindow;
        this.changed = connection.lock().newCondition();
    }

    int id() {
        return id;
    }

    /** In order, pseudo-header fields included. */
    public List<Field> fields() {
        return head.fields();
    }

    /** Whether the client sent more fields than are kept. */
    public boolean isHeadTooLarge() {
        return head.isTooLarge();
    }

    /** Whether it is known by now that there is no body. */
    public boolean hasNoBody() {
        return locked(() -> remoteEnded && bodyBytes == 0);
    }

    /**
     * Tells how long the body is. One that turns out to have another length breaks off.
     *
     * @return whether that is possible after what has come by now
     */
    public boolean declareBodyBytes(long bytes) {
        return locked(() -> {
            declared = OptionalLong.of(bytes);
            return remoteEnded ? bodyBytes == bytes : bodyBytes <= bytes;
        });
    }

    /** The body; throws {@link SocketTimeoutException} if it comes too slowly. */
    public InputStream body() {
        return body;
    }

    /** Sends the head of an informational answer. */
    public void sendInformational(int status) throws IOException {
        byte[] block = HpackEncoder.encode(List.of(new Field(":status", Integer.toString(status))));
        send(new FrameWriter.Batch(block.length).addHeaders(id, block, false), 0);
    }

    /**
     * Sends the head of the answer, if there is one, and a piece of its body. Waits until the client takes it, all of
     * it within {@link Http2Limits#stall}: one that takes a byte now and then holds what is behind the answer too.
     *
     * @param fields empty if the head was sent before
     * @param end whether the answer ends here
     * @throws IOException if the client has left, gave the request up or takes it too slowly
     */
    public void send(List<Field> fields, byte[] bytes, int from, int length, boolean end) throws IOException {
        FrameWriter.Batch batch = new FrameWriter.Batch(length + 1024);
        if (!fields.isEmpty()) {
            batch.addHeaders(id, HpackEncoder.encode(fields), end && length == 0);
        }
        int done = 0;
        long deadline = System.nanoTime() + connection.limits().stall().toNanos();
        while (done < length) {
            boolean headWaits = done == 0 && !fields.isEmpty();
            int count = connection.takeSendWindow(this, length - done, headWaits ? 0 : deadline - System.nanoTime());
            if (count == 0 && headWaits) {
                send(batch, 0); // the head goes ahead while the body has to wait
                batch = new FrameWriter.Batch(length);
                count = connection.takeSendWindow(this, length - done, deadline - System.nanoTime());
            }
            if (count == 0) {
                throw new IOException("The client takes too little");
            }
            boolean last = end && done + count == length;
            batch.add(Frame.DATA, last ? Frame.END_STREAM : 0, id, bytes, from + done, count);
            done += count;
            send(batch, count);
            batch = new FrameWriter.Batch(length - done);
        }
        if (length == 0) {
            if (end && fields.isEmpty()) {
                batch.add(Frame.DATA, Frame.END_STREAM, id, bytes, 0, 0);
            }
            send(batch, 0);
        }
        if (end) {
            locked(() -> localEnded = true);
        }
    }

    /** Calls once, on another thread, if the client gives the request up or leaves before {@link #unwatch}. */
    public void watch(Runnable action) {
        locked(() -> {
            if (gone) {
                action.run();
            } else {
                whenGone = Optional.of(action);
            }
            return true;
        });
    }

    /** After this the call of the last {@link #watch} has been made or will not be made. */
    public void unwatch() {
        locked(() -> whenGone = Optional.empty());
    }

    /**
     * Writes for this stream alone. The client may give the request up meanwhile; the thread is not interrupted then,
     * which would close the socket that all streams share.
     *
     * @param taken of the windows for what the batch holds
     */
    private void send(FrameWriter.Batch batch, int taken) throws IOException {
        if (!locked(() -> writing = !gone)) {
            connection.returnSendWindow(taken);
            throw new IOException("The client gave the request up");
        }
        try {
            connection.writer().write(batch);
        } finally {
            locked(() -> writing = false);
        }
        if (locked(() -> gone)) {
            throw new IOException("The client gave the request up");
        }
    }

    // What follows is called with the connection's lock held.

    boolean isGone() {
        return gone;
    }

    boolean isRemoteEnded() {
        return remoteEnded;
    }

    boolean isLocalEnded() {
        return localEnded;
    }

    long sendWindow() {
        return sendWindow;
    }

    void addSendWindow(long bytes) {
        sendWindow += bytes;
        changed.signalAll();
    }

    void wake() {
        changed.signalAll();
    }

    /** Returns the nanoseconds that are left; not positive if nothing changed in time. */
    @SuppressWarnings("WaitNotInLoop") // its callers loop
    long await(long nanos) throws IOException {
        try {
            return changed.awaitNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /** Returns whether the client may send so much. */
    boolean takeReceiveWindow(int bytes) {
        receiveWindow -= bytes;
        return receiveWindow >= 0;
    }

    /**
     * A part of the body. One of another length than it was said to have breaks off, and the part is not kept.
     *
     * @param bytes handed over
     * @param ended whether it was the last part
     */
    void receive(byte[] bytes, boolean ended) {
        if (gone) {
            return;
        }
        bodyBytes += bytes.length;
        if (declared.isPresent() && (ended ? bodyBytes != declared.getAsLong() : bodyBytes > declared.getAsLong())) {
            breakOff();
            return;
        }
        keep(bytes);
        remoteEnded |= ended;
        changed.signalAll();
    }

    /** Small parts are joined, because each that is kept costs more than its bytes. */
    private void keep(byte[] bytes) {
        byte[] last = received.peekLast();
        if (last != null && last.length + bytes.length <= MAX_JOINED_BYTES) {
            received.removeLast();
            byte[] joined = Arrays.copyOf(last, last.length + bytes.length);
            System.arraycopy(bytes, 0, joined, last.length, bytes.length);
            received.addLast(joined);
        } else if (bytes.length > 0) {
            received.addLast(bytes);
        }
    }

    /** The client gave the request up, or it broke the rules in the middle of it. */
    void breakOff() {
        gone = true;
        int unread = received.stream().mapToInt(piece -> piece.length).sum() - offset;
        connection.returnUnread(unread);
        offset = 0;
        received.clear();
        changed.signalAll();
        if (!writing) {
            whenGone.ifPresent(Runnable::run);
        }
        whenGone = Optional.empty();
    }

    private <T> T locked(Supplier<T> action) {
        connection.lock().lock();
        try {
            return action.get();
        } finally {
            connection.lock().unlock();
        }
    }

    private final class Body extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) == -1 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int available() {
            return locked(() -> received.isEmpty() ? 0 : received.getFirst().length - offset);
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int count;
            FrameWriter.Batch acknowledgement = new FrameWriter.Batch(0);
            connection.lock().lock();
            try {
                if (!awaitBytes()) {
                    return -1;
                }
                byte[] piece = received.getFirst();
                count = Math.min(length, piece.length - offset);
                System.arraycopy(piece, offset, target, from, count);
                offset += count;
                if (offset == piece.length) {
                    received.removeFirst();
                    offset = 0;
                }
                acknowledge(count, acknowledgement);
            } finally {
                connection.lock().unlock();
            }
            if (!acknowledgement.isEmpty()) {
                send(acknowledgement, 0);
            }
            return count;
        }

        /** Returns whether there are any before the end. */
        private boolean awaitBytes() throws IOException {
            while (received.isEmpty() && !remoteEnded && !gone) {
                Http2Limits limits = connection.limits();
                long left = limits.bodyGrace().toNanos()
                        + TimeUnit.SECONDS.toNanos(bodyBytes) / limits.bodyRate()
                        - bodyWaited;
                if (left <= 0) {
                    throw new SocketTimeoutException("The body comes too slowly");
                }
                long start = System.nanoTime();
                Http2Stream.this.await(left);
                bodyWaited += System.nanoTime() - start;
            }
            if (gone) {
                throw new IOException("The client gave the request up");
            }
            return !received.isEmpty();
        }

        /** Adds what the client is now to be told that it may send, once that is worth a frame. */
        private void acknowledge(int count, FrameWriter.Batch batch) {
            unacknowledged += count;
            if (!remoteEnded && unacknowledged >= Http2Connection.STREAM_WINDOW / 2) {
                batch.add(Frame.WINDOW_UPDATE, 0, id, unacknowledged);
                receiveWindow += unacknowledged;
                unacknowledged = 0;
            }
            int ofConnection = connection.consumed(count);
            if (ofConnection > 0) {
                batch.add(Frame.WINDOW_UPDATE, 0, 0, ofConnection);
            }
        }
    }
}
