package dev.mcpgateway.router.upstream;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * An answer whose head has come. Must be closed. The thread that sent the request reads the body and closes; any thread
 * may {@link #cancel}.
 */
public final class UpstreamResponse implements AutoCloseable {
    private static final String EVENT_STREAM = "text/event-stream";
    private static final int PIECE_BYTES = 8192;

    private final ResponseHead head;
    private final ResponseBody body;
    private final Connection connection;
    private final ConnectionPool pool;
    private final boolean reusable;
    private final AtomicBoolean settled = new AtomicBoolean();
    private HeaderList headers;
    private Consumer<Ending> whenSettled = _ -> {};

    /** How an exchange ended. */
    sealed interface Ending {
        /** With all of the answer. */
        record Complete() implements Ending {}

        /** The answer broke off. */
        record Broken(UpstreamException why) implements Ending {}

        /** We did not want the rest of it. */
        record Abandoned() implements Ending {}
    }

    UpstreamResponse(
            ResponseHead head, ResponseBody body, Connection connection, ConnectionPool pool, boolean reusable) {
        this.head = head;
        this.headers = head.headers();
        this.body = body;
        this.connection = connection;
        this.pool = pool;
        this.reusable = reusable;
    }

    /** Who answered. */
    public Endpoint endpoint() {
        return connection.endpoint();
    }

    /** 200 to 599. */
    public int status() {
        return head.status();
    }

    /** As sent, often empty. */
    public String reason() {
        return head.reason();
    }

    /**
     * As received, hop-by-hop and framing fields included. At most one {@code Content-Length}, which counts the body
     * unless the answer has none (to {@code HEAD}, 204, 304).
     */
    public HeaderList headers() {
        return headers;
    }

    /** To be said before the answer is handed on. */
    void replaceHeaders(HeaderList replacement) {
        headers = replacement;
    }

    /** Whether its media type is {@code text/event-stream}, in whatever case and with whatever parameters. */
    public boolean isEventStream() {
        String type = headers.first("Content-Type").orElse("");
        return HttpGrammar.trimBlanks(type.split(";", 2)[0]).equalsIgnoreCase(EVENT_STREAM);
    }

    /** Whether there is a body at all; not so for the answer to {@code HEAD}, for 204, 304 and a length of 0. */
    public boolean hasBody() {
        return !body.isEmpty();
    }

    /**
     * The body without its transfer coding. A read returns what has come and does not wait for more;
     * {@code available()} tells what can be read without waiting. It ends only where the answer is complete; a broken
     * or late body throws {@link UpstreamException}. Closing the stream is not needed and does nothing.
     */
    public InputStream body() {
        return body;
    }

    /** The body to its end, or its first {@code limit} bytes if it is longer. */
    public byte[] readUpTo(int limit) throws UpstreamException {
        if (!hasBody()) {
            return new byte[0];
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] piece = new byte[Math.min(limit, PIECE_BYTES)];
        while (bytes.size() < limit) {
            int count = body.read(piece, 0, Math.min(piece.length, limit - bytes.size()));
            if (count == -1) {
                break;
            }
            bytes.write(piece, 0, count);
        }
        return bytes.toByteArray();
    }

    /** Replaces {@link UpstreamTimeouts#idle} for the rest of the body; zero for an event stream. */
    public void allowIdle(Duration idle) {
        connection.allowIdle(idle);
    }

    /**
     * Ends the exchange at once by closing the connection; a read that waits in another thread fails. For a client that
     * has left.
     */
    public void cancel() {
        if (settled.compareAndSet(false, true)) {
            pool.discard(connection);
            whenSettled.accept(new Ending.Abandoned());
        }
    }

    /** Keeps the connection for the next request if the body was read to its end, otherwise closes it. */
    @Override
    public void close() {
        if (settled.compareAndSet(false, true)) {
            if (reusable && body.isComplete()) {
                pool.giveBack(connection);
            } else {
                pool.discard(connection);
            }
            whenSettled.accept(ending());
        }
    }

    private Ending ending() {
        return body.failure()
                .<Ending>map(Ending.Broken::new)
                .orElse(body.isComplete() ? new Ending.Complete() : new Ending.Abandoned());
    }

    /** What happens once the exchange is over. To be said before the answer is handed on. */
    void whenSettled(Consumer<Ending> action) {
        whenSettled = action;
    }
}
