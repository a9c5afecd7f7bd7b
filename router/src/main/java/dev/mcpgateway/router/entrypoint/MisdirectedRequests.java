package dev.mcpgateway.router.entrypoint;

import java.io.IOException;
import java.util.function.Predicate;

/**
 * Turns away requests for one of our hosts that come over a connection that was made to another one, whose certificate
 * says nothing about the first. A client that named no host, or none of ours, may ask for any.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20">RFC 9110, section 15.5.20</a>
 */
public final class MisdirectedRequests implements Handler {
    private final Predicate<String> isServed;
    private final Handler handler;

    /** @param isServed whether a host, in lower case, is one of ours */
    public MisdirectedRequests(Predicate<String> isServed, Handler handler) {
        this.isServed = isServed;
        this.handler = handler;
    }

    @Override
    public void handle(ClientExchange exchange) throws IOException, RefusedRequest {
        String named = exchange.serverName();
        String asked = exchange.target().host();
        if (!named.equals(asked) && isServed.test(named) && isServed.test(asked)) {
            exchange.addHeader("X-Request-Id", exchange.requestId());
            throw RefusedRequest.of(
                    421, "misdirected_request", "This connection was made to another host; use one for this host");
        }
        handler.handle(exchange);
    }
}
