package dev.mcpgateway.router.http2;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/** Writes frames, for any thread. Each call is one write to the socket. */
final class FrameWriter {
    private final ReentrantLock lock = new ReentrantLock(true);
    private final ByteSink sink;
    private boolean closed;

    FrameWriter(ByteSink sink) {
        this.sink = sink;
    }

    /** Frames that go out together. */
    static final class Batch {
        private final ByteArrayOutputStream bytes;

        Batch(int expectedBytes) {
            bytes = new ByteArrayOutputStream(expectedBytes + 2 * Frame.HEAD_BYTES);
        }

        Batch add(int type, int flags, int stream, byte[] payload, int offset, int length) {
            byte[] head = {
                (byte) (length >> 16),
                (byte) (length >> 8),
                (byte) length,
                (byte) type,
                (byte) flags,
                (byte) (stream >> 24),
                (byte) (stream >> 16),
                (byte) (stream >> 8),
                (byte) stream
            };
            bytes.write(head, 0, head.length);
            bytes.write(payload, offset, length);
            return this;
        }

        Batch addHeaders(int stream, byte[] block, boolean endStream) {
            int flags = endStream ? Frame.END_STREAM : 0;
            int first = Math.min(block.length, Frame.MAX_PAYLOAD_BYTES);
            boolean whole = first == block.length;
            add(Frame.HEADERS, flags | (whole ? Frame.END_HEADERS : 0), stream, block, 0, first);
            for (int offset = first; offset < block.length; offset += Frame.MAX_PAYLOAD_BYTES) {
                int length = Math.min(block.length - offset, Frame.MAX_PAYLOAD_BYTES);
                boolean last = offset + length == block.length;
                add(Frame.CONTINUATION, last ? Frame.END_HEADERS : 0, stream, block, offset, length);
            }
            return this;
        }

        Batch add(int type, int flags, int stream, int word) {
            byte[] payload = {(byte) (word >> 24), (byte) (word >> 16), (byte) (word >> 8), (byte) word};
            return add(type, flags, stream, payload, 0, payload.length);
        }

        boolean isEmpty() {
            return bytes.size() == 0;
        }
    }

    void write(Batch batch) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("The connection is closed");
            }
            sink.write(batch.bytes.toByteArray());
        } finally {
            lock.unlock();
        }
    }

    void write(int type, int flags, int stream, int... words) throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (int word : words) {
            payload.write(word >> 24);
            payload.write(word >> 16);
            payload.write(word >> 8);
            payload.write(word);
        }
        write(type, flags, stream, payload.toByteArray());
    }

    void write(int type, int flags, int stream, byte[] payload) throws IOException {
        write(new Batch(payload.length).add(type, flags, stream, payload, 0, payload.length));
    }

    /** Lets the client read what was written, for a while; nothing more is. Called by the thread that reads. */
    void linger() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        sink.linger();
    }

    /** After what is being written now. */
    void close() {
        lock.lock();
        try {
            closed = true;
            sink.close();
        } finally {
            lock.unlock();
        }
    }
}
