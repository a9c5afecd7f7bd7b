package dev.mcpgateway.router.observe;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.Handler;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** One line for each request: never a query, a header or a body. Status 0 is a client that left before the answer. */
public final class AccessLog implements Handler {
    private static final System.Logger LOG = System.getLogger("dev.mcpgateway.router.access");

    private final Handler handler;

    public AccessLog(Handler handler) {
        this.handler = handler;
    }

    @Override
    public void handle(ClientExchange exchange) throws IOException, RefusedRequest {
        long start = System.nanoTime();
        int refused = 0;
        try {
            handler.handle(exchange);
        } catch (RefusedRequest refusal) {
            refused = refusal.status();
            throw refusal;
        } finally {
            if (LOG.isLoggable(Level.INFO)) {
                write(exchange, exchange.status() == 0 ? refused : exchange.status(), start);
            }
        }
    }

    private static void write(ClientExchange exchange, int status, long start) {
        LOG.log(
                Level.INFO,
                "method=%s host=%s path=%s status=%d millis=%d client=%s request_id=%s"
                        .formatted(
                                exchange.target().method(),
                                exchange.target().authority(),
                                exchange.target().path(),
                                status,
                                Duration.ofNanos(System.nanoTime() - start).toMillis(),
                                exchange.remoteAddress(),
                                exchange.requestId()));
    }
}
