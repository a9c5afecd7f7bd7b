package dev.mcpgateway.router.entrypoint;

import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer on its way out. The head goes with the first bytes, or alone with {@link #flush}; everything
 * written is on its way when the call returns. An answer that is not ended is broken off, which the client can tell.
 */
public final class AnswerBody {
    private static final byte[] NOTHING = {};

    private final ClientExchange exchange;
    private final boolean hasLength;
    private @Nullable AnswerHead head;
    private long left;
    private boolean ended;

    AnswerBody(ClientExchange exchange, AnswerHead head, OptionalLong length) {
        this.exchange = exchange;
        this.head = head;
        this.hasLength = length.isPresent();
        this.left = length.orElse(0);
    }

    /** Sends the head if it was not sent yet. */
    public void flush() throws IOException {
        if (head != null) {
            send(NOTHING, 0, 0, false);
        }
    }

    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        if (hasLength) {
            if (length > left) {
                throw new IOException("The answer is longer than its Content-Length");
            }
            left -= length;
        }
        exchange.record().sent(length);
        send(bytes, offset, length, hasLength && left == 0);
    }

    /** Ends the answer, after which the client may send its next request. */
    public void end() throws IOException {
        if (left > 0) {
            flush();
            throw new IOException("The answer is shorter than its Content-Length");
        }
        if (!ended) {
            send(NOTHING, 0, 0, true);
        }
        exchange.ended();
    }

    private void send(byte[] bytes, int offset, int length, boolean end) throws IOException {
        AnswerHead first = head;
        head = null;
        exchange.send(first, bytes, offset, length, end);
        ended = end;
    }
}
