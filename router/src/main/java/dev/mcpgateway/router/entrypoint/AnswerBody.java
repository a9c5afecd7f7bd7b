package dev.mcpgateway.router.entrypoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * The body of an answer on its way out. The head goes with the first bytes, or alone with {@link #flush}; everything
 * written is on its way when the call returns. An answer that is not ended is broken off, which the client can tell.
 */
public final class AnswerBody {
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

    private final ClientExchange exchange;
    private final boolean chunked;
    private byte[] head;
    private long left;

    AnswerBody(ClientExchange exchange, byte[] head, OptionalLong length) {
        this.exchange = exchange;
        this.head = head;
        this.chunked = length.isEmpty();
        this.left = length.orElse(0);
    }

    /** Sends the head if it was not sent yet. */
    public void flush() throws IOException {
        if (head.length > 0) {
            emit(new byte[0], 0, 0);
        }
    }

    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        if (!chunked) {
            if (length > left) {
                throw new IOException("The answer is longer than its Content-Length");
            }
            left -= length;
        }
        exchange.record().sent(length);
        emit(bytes, offset, length);
    }

    /** Ends the answer, after which the client may send its next request. */
    public void end() throws IOException {
        flush();
        if (left > 0) {
            throw new IOException("The answer is shorter than its Content-Length");
        }
        if (chunked) {
            exchange.emit(LAST_CHUNK);
        }
        exchange.ended();
    }

    /** One write, so that a small piece is one packet and one TLS record. */
    private void emit(byte[] bytes, int offset, int length) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(head.length + length + 16);
        out.write(head, 0, head.length);
        head = new byte[0];
        if (length > 0) {
            byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            out.write(size, 0, chunked ? size.length : 0);
            out.write(bytes, offset, length);
            out.write(LAST_CHUNK, 1, chunked ? 2 : 0);
        }
        exchange.emit(out.toByteArray());
    }
}
