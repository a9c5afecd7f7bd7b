package dev.mcpgateway.router.route;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.RequestTarget;
import dev.mcpgateway.router.upstream.HeaderList;

/**
 * What rules may look at of a request.
 *
 * @param remoteAddress the client's IP address
 */
public record RequestView(RequestTarget target, HeaderList headers, String remoteAddress) {
    public static RequestView of(ClientExchange exchange) {
        return new RequestView(exchange.target(), exchange.headers(), exchange.remoteAddress());
    }
}
