package dev.mcpgateway.router.forward;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamException;
import dev.mcpgateway.router.upstream.UpstreamRequest;
import dev.mcpgateway.router.upstream.UpstreamResponse;
import dev.mcpgateway.router.upstream.Upstreams;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.function.UnaryOperator;

/** Takes a request to its upstream and the answer back. */
public final class Forwarder {
    private static final System.Logger LOG = System.getLogger(Forwarder.class.getName());
    private static final HeaderList RETRY_SOON = HeaderList.of("Retry-After", "1");

    private final Upstreams upstreams;

    public Forwarder(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    /**
     * Forwards the request and answers it with what comes back.
     *
     * @param target of the request to the upstream
     * @param headers all end-to-end fields of that request
     * @param policy what of the answer's fields the client gets
     * @throws RefusedRequest if there is no answer; nothing was sent to the client then
     * @throws IOException if the client left, or the answer broke off after its head was sent
     */
    void forward(
            ClientExchange exchange,
            Upstream upstream,
            String target,
            HeaderList headers,
            UnaryOperator<HeaderList> policy)
            throws IOException, RefusedRequest {
        UpstreamRequest request =
                new UpstreamRequest(exchange.target().method(), target, headers, exchange.body(), upstream.timeouts());
        try (UpstreamResponse response = send(exchange, upstream, request)) {
            StreamingBody.answer(exchange, response, policy.apply(response.headers()));
        } catch (UpstreamException e) {
            report(exchange, upstream, e);
            throw e;
        }
    }

    private UpstreamResponse send(ClientExchange exchange, Upstream upstream, UpstreamRequest request)
            throws IOException, RefusedRequest {
        try {
            return upstreams.send(upstream, request);
        } catch (UpstreamException e) {
            if (exchange.isClientGone()) {
                throw new IOException("The client has left", e);
            }
            report(exchange, upstream, e);
            throw refusal(exchange, upstream, e);
        }
    }

    private static RefusedRequest refusal(ClientExchange exchange, Upstream upstream, UpstreamException failure) {
        String name = upstream.name();
        return switch (failure) {
            case UpstreamException.RequestBodyFailed _ -> exchange.bodyRefusal();
            case UpstreamException.Busy _ ->
                RefusedRequest.of(503, "upstream_busy", name + " is busy; try again", RETRY_SOON);
            case UpstreamException.TimedOut _ ->
                RefusedRequest.of(504, "upstream_timeout", name + " did not answer in time");
            case UpstreamException.CannotConnect _ ->
                RefusedRequest.of(502, "upstream_unreachable", name + " cannot be reached");
            case UpstreamException.ConnectionLost _, UpstreamException.BadResponse _ ->
                RefusedRequest.of(502, "upstream_failed", name + " gave no valid answer");
        };
    }

    private static void report(ClientExchange exchange, Upstream upstream, UpstreamException failure) {
        boolean ours = !(failure instanceof UpstreamException.RequestBodyFailed)
                && !exchange.isClientGone()
                && !exchange.isDraining();
        LOG.log(
                ours ? Level.WARNING : Level.DEBUG,
                "forward event=failed upstream={0} request_id={1} reason=\"{2}\"",
                upstream.name(),
                exchange.requestId(),
                failure.getMessage());
    }
}
