package dev.mcpgateway.router.forward;

import dev.mcpgateway.router.entrypoint.AnswerBody;
import dev.mcpgateway.router.upstream.UpstreamResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An event stream on its way to the client: each piece as it comes, and a comment now and then while nothing comes, so
 * that nobody between here and the client takes the silence for the end. It can be ended from any thread.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes">HTML, server-sent
 *     events, authoring notes</a>
 */
final class EventStream {
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PIECE_BYTES = 16 * 1024;

    /** Held for each stream on which nothing happens, of which there may be many. */
    private static final int SILENT_PIECE_BYTES = 512;

    private final UpstreamResponse response;
    private final AnswerBody answer;
    private final ReentrantLock writing = new ReentrantLock();
    private long writtenNanos = System.nanoTime();

    /** Line ends since the last other byte. A comment may stand only where an event is complete. */
    private int lineEnds = 2;

    private boolean complete;
    private volatile boolean ended;

    EventStream(UpstreamResponse response, AnswerBody answer) {
        this.response = response;
        this.answer = answer;
    }

    /** Ends it as if the upstream had closed it. */
    void end() {
        ended = true;
        response.cancel();
    }

    /** Whether {@link #end} was called, which shows as a failure to read on. */
    boolean isEnded() {
        return ended;
    }

    /** Passes on what comes until nothing more comes. */
    void pass() throws IOException {
        InputStream body = response.body();
        if (body.available() == 0) {
            flush();
        }
        byte[] piece = new byte[SILENT_PIECE_BYTES];
        for (int count = body.read(piece); count != -1; count = body.read(piece)) {
            write(piece, count);
            boolean more = count == piece.length || body.available() > 0;
            int wanted = more ? PIECE_BYTES : SILENT_PIECE_BYTES;
            piece = piece.length == wanted ? piece : new byte[wanted];
        }
    }

    /** Tells the client that the stream is complete. */
    void complete() throws IOException {
        writing.lock();
        try {
            complete = true;
            answer.end();
        } finally {
            writing.unlock();
        }
    }

    /** Nothing is written any more. */
    void abandon() {
        writing.lock();
        try {
            complete = true;
        } finally {
            writing.unlock();
        }
    }

    /** Writes a comment if nothing was written for as long. Ends the stream if the client does not take it. */
    void keepAlive(Duration silence) {
        if (!writing.tryLock()) {
            return; // something is being written
        }
        try {
            boolean silent = System.nanoTime() - writtenNanos >= silence.toNanos();
            if (silent && !complete && lineEnds >= 2) {
                answer.write(COMMENT, 0, COMMENT.length);
                writtenNanos = System.nanoTime();
            }
        } catch (IOException _) {
            response.cancel(); // the client has left, which the reader of the upstream learns this way
        } finally {
            writing.unlock();
        }
    }

    private void flush() throws IOException {
        writing.lock();
        try {
            answer.flush();
        } finally {
            writing.unlock();
        }
    }

    private void write(byte[] piece, int count) throws IOException {
        writing.lock();
        try {
            answer.write(piece, 0, count);
            writtenNanos = System.nanoTime();
            for (int i = Math.max(0, count - 4); i < count; i++) {
                countLineEnd(piece[i]);
            }
        } finally {
            writing.unlock();
        }
    }

    /** Lines end with LF, CR LF or CR; of a CR LF only the LF counts. */
    private void countLineEnd(byte last) {
        if (last == '\n') {
            lineEnds++;
        } else if (last != '\r') {
            lineEnds = 0;
        }
    }
}
