package dev.mcpgateway.router.entrypoint;

import java.io.IOException;

/** Answers requests, each on a virtual thread of its own. */
@FunctionalInterface
public interface Handler {
    /**
     * Answers the request, or aborts it.
     *
     * @throws RefusedRequest to have the refusal sent as the answer
     * @throws IOException if the client has left or the answer broke off; the client's connection is closed
     */
    void handle(ClientExchange exchange) throws IOException, RefusedRequest;

    /**
     * Learns of a request that was refused before it could be handled, because it could not be understood or there are
     * too many.
     *
     * @param remoteAddress of the peer
     */
    default void refused(String requestId, String remoteAddress, int status) {}
}
