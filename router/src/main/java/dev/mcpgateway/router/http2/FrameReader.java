package dev.mcpgateway.router.http2;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Cuts what a client sends into frames. For one thread. */
final class FrameReader {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ByteSource source;
    private byte[] buffer = {};
    private int position;
    private boolean inFrame;

    FrameReader(ByteSource source) {
        this.source = source;
    }

    /** @param nanos for all of it */
    void readPreface(long nanos) throws IOException {
        long end = System.nanoTime() + nanos;
        for (byte expected : PREFACE) {
            if (next(end - System.nanoTime()) != expected) {
                throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "The connection does not begin like HTTP/2");
            }
        }
    }

    /**
     * The next frame.
     *
     * @param waitNanos until its first byte
     * @param frameNanos for the rest of it
     */
    Frame read(long waitNanos, long frameNanos) throws IOException {
        int lengthHigh = next(waitNanos) & 0xFF;
        inFrame = true;
        long end = System.nanoTime() + frameNanos;
        byte[] head = read(new byte[Frame.HEAD_BYTES - 1], end);
        int length = (lengthHigh << 16) | ((head[0] & 0xFF) << 8) | (head[1] & 0xFF);
        if (length > Frame.MAX_PAYLOAD_BYTES) {
            throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "A frame is too long");
        }
        int stream = ((head[4] & 0x7F) << 24) | ((head[5] & 0xFF) << 16) | ((head[6] & 0xFF) << 8) | (head[7] & 0xFF);
        byte[] payload = read(new byte[length], end);
        inFrame = false;
        return new Frame(head[2] & 0xFF, head[3] & 0xFF, stream, payload);
    }

    /** Whether a read that was given up can be tried again. */
    boolean isBetweenFrames() {
        return !inFrame;
    }

    private byte[] read(byte[] target, long end) throws IOException {
        int done = 0;
        while (done < target.length) {
            fill(end - System.nanoTime());
            int count = Math.min(target.length - done, buffer.length - position);
            System.arraycopy(buffer, position, target, done, count);
            position += count;
            done += count;
        }
        return target;
    }

    private byte next(long nanos) throws IOException {
        fill(nanos);
        return buffer[position++];
    }

    private void fill(long nanos) throws IOException {
        if (position == buffer.length) {
            buffer = new byte[0]; // nothing is kept while nothing comes
            position = 0;
            buffer = source.read(nanos);
        }
    }
}
