package dev.mcpgateway.router.observe;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.Handler;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import java.io.IOException;
import java.util.List;

/** A handler whose exchanges are seen by all who watch, once they are over. */
public final class Observed implements Handler {
    private static final int INTERNAL_ERROR = 500;

    private final Handler handler;
    private final List<Observer> observers;

    /** Somebody who watches. */
    public interface Observer {
        /** @param status of the answer, 0 if the client left before it */
        void over(ClientExchange exchange, int status);

        /** A request was refused that could not be understood, or one too many. */
        void refused(String requestId, String remoteAddress, int status);
    }

    public Observed(Handler handler, List<Observer> observers) {
        this.handler = handler;
        this.observers = List.copyOf(observers);
    }

    @Override
    public void refused(String requestId, String remoteAddress, int status) {
        observers.forEach(observer -> observer.refused(requestId, remoteAddress, status));
    }

    @Override
    public void handle(ClientExchange exchange) throws IOException, RefusedRequest {
        int refused = 0;
        try {
            handler.handle(exchange);
        } catch (RefusedRequest refusal) {
            refused = refusal.status();
            throw refusal;
        } catch (RuntimeException e) {
            refused = INTERNAL_ERROR;
            throw e;
        } finally {
            int status = exchange.status() == 0 ? refused : exchange.status();
            observers.forEach(observer -> observer.over(exchange, status));
        }
    }
}
