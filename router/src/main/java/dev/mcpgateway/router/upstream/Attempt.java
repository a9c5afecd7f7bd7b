package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.UpstreamException.BadResponse;
import dev.mcpgateway.router.upstream.UpstreamException.ConnectionLost;
import dev.mcpgateway.router.upstream.UpstreamException.RequestBodyFailed;
import org.jspecify.annotations.Nullable;

/** One try of a request at one endpoint: on a kept connection, and on a new one if the kept one had ended. */
final class Attempt {
    private final UpstreamRequest request;
    private final RequestWriter writer;
    private final ConnectionPool pool;
    private final UpstreamLimits limits;
    private @Nullable Connection connection;

    Attempt(UpstreamRequest request, RequestWriter writer, ConnectionPool pool, UpstreamLimits limits) {
        this.request = request;
        this.writer = writer;
        this.pool = pool;
        this.limits = limits;
    }

    UpstreamResponse run(Exchange.Times times) throws UpstreamException {
        Connection kept = pool.take(times.connected());
        try {
            return exchange(kept, times);
        } catch (ConnectionLost lost) {
            boolean endedUnseen = kept.isReused() && !kept.isAnswering();
            if (writer.hasBegun() && !(endedUnseen && request.isRepeatable())) {
                throw lost;
            }
        }
        return exchange(pool.open(times.connected()), times);
    }

    /**
     * Whether the request may go to another endpoint after this failure: none of its bytes has reached a socket, or it
     * is repeatable and nothing of an answer has come.
     */
    boolean mayGoElsewhere(UpstreamException failure) {
        if (failure instanceof RequestBodyFailed) {
            return false;
        }
        boolean unanswered = connection == null || !connection.isAnswering();
        boolean silent = unanswered && !(failure instanceof BadResponse);
        return !writer.hasBegun() || (request.isRepeatable() && silent);
    }

    private UpstreamResponse exchange(Connection on, Exchange.Times times) throws UpstreamException {
        connection = on;
        return new Exchange(request, writer, pool, on, limits, times).run();
    }
}
