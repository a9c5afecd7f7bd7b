package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.UpstreamException.ConnectionLost;
import java.time.Duration;

/** One request and the head of its answer on one connection. Unless it succeeds, the connection is discarded. */
final class Exchange {
    private static final Duration EARLY_ANSWER_WAIT = Duration.ofSeconds(1);
    private static final Duration KEEP_ALIVE_MARGIN = Duration.ofSeconds(1);

    private final UpstreamRequest request;
    private final RequestWriter writer;
    private final ConnectionPool pool;
    private final Connection connection;
    private final UpstreamLimits limits;
    private final Times times;
    private final ResponseParser parser;

    /**
     * Until when the steps are done.
     *
     * @param connected until there is a connection
     * @param head until the head of the answer is there
     * @param whole until the body is read
     */
    record Times(Deadline connected, Deadline head, Deadline whole) {
        /** All that the request may take. */
        static Times of(UpstreamTimeouts timeouts) {
            Deadline whole = Deadline.after(timeouts.whole());
            return new Times(Deadline.after(timeouts.connect()).orEarlier(whole), whole, whole);
        }

        /** Half of what is left to connect, and, where there is a limit, for the head. */
        Times half() {
            return new Times(connected.half(), head.half(), whole);
        }
    }

    Exchange(
            UpstreamRequest request,
            RequestWriter writer,
            ConnectionPool pool,
            Connection connection,
            UpstreamLimits limits,
            Times times) {
        this.request = request;
        this.writer = writer;
        this.pool = pool;
        this.connection = connection;
        this.limits = limits;
        this.times = times;
        this.parser = new ResponseParser(connection, limits);
    }

    UpstreamResponse run() throws UpstreamException {
        boolean succeeded = false;
        try {
            UpstreamResponse response = exchange();
            succeeded = true;
            return response;
        } finally {
            if (!succeeded) {
                pool.discard(connection);
            }
        }
    }

    private UpstreamResponse exchange() throws UpstreamException {
        try {
            writer.writeTo(connection, times.head());
        } catch (ConnectionLost lost) {
            return earlyAnswer(lost);
        }
        ResponseHead head = readHead(request.timeouts().head());
        connection.keepFor(keepAlive(head));
        return response(head, head.keepsAlive());
    }

    /** An upstream may refuse a body, and close, before it has read all of it. */
    private UpstreamResponse earlyAnswer(ConnectionLost lost) throws UpstreamException {
        if (!writer.hasBegun()) {
            throw lost;
        }
        try {
            return response(readHead(EARLY_ANSWER_WAIT), false);
        } catch (UpstreamException e) {
            lost.addSuppressed(e);
            throw lost;
        }
    }

    private ResponseHead readHead(Duration patience) throws UpstreamException {
        connection.readUntil(Deadline.after(patience).orEarlier(times.head()));
        return parser.readHead();
    }

    private UpstreamResponse response(ResponseHead head, boolean reusable) {
        connection.readUntil(times.whole());
        connection.allowIdle(request.timeouts().idle());
        ResponseBody body = ResponseBody.of(head, request.isHead(), connection, parser);
        // Some servers send the body nevertheless, and it would be read as the next answer.
        boolean promisesABody =
                request.isHead() && (head.isChunked() || head.contentLength().orElse(0) > 0);
        return new UpstreamResponse(head, body, connection, pool, reusable && body.isDelimited() && !promisesABody);
    }

    /** Ours, or a margin below what the upstream announces. */
    private Duration keepAlive(ResponseHead head) {
        return head.keepAliveTimeout()
                .map(announced -> announced.minus(KEEP_ALIVE_MARGIN))
                .filter(announced -> announced.compareTo(limits.keepAlive()) < 0)
                .orElse(limits.keepAlive());
    }
}
