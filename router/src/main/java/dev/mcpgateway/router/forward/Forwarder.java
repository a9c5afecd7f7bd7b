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
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Takes a request to its upstream and the answer back. */
public final class Forwarder {
    private static final System.Logger LOG = System.getLogger(Forwarder.class.getName());
    private static final HeaderList RETRY_SOON = HeaderList.of("Retry-After", "1");

    private static final HeaderList JSON = HeaderList.of("Content-Type", "application/json");

    /** What MCP servers say; the status alone tells a client to open a new session. */
    private static final byte[] SESSION_NOT_FOUND =
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32001,\"message\":\"Session not found\"},\"id\":null}"
                    .getBytes(StandardCharsets.US_ASCII);

    private final Upstreams upstreams;
    private final KeepAlive keepAlive;

    public Forwarder(Upstreams upstreams, KeepAlive keepAlive) {
        this.upstreams = upstreams;
        this.keepAlive = keepAlive;
    }

    /**
     * Forwards the request and answers it with what comes back.
     *
     * @param target of the request to the upstream
     * @param headers all end-to-end fields of that request
     * @param user on whose behalf, so that sessions are kept; null for nobody's
     * @param policy what of the answer's fields the client gets
     * @param streaming is told how to end the answer, unless it is a short one
     * @throws RefusedRequest if there is no answer; nothing was sent to the client then
     * @throws IOException if the client left, or the answer broke off after its head was sent
     */
    void forward(
            ClientExchange exchange,
            Upstream upstream,
            String target,
            HeaderList headers,
            @Nullable String user,
            UnaryOperator<HeaderList> policy,
            Consumer<Runnable> streaming)
            throws IOException, RefusedRequest {
        UpstreamRequest request =
                new UpstreamRequest(exchange.target().method(), target, headers, exchange.body(), upstream.timeouts());
        try (UpstreamResponse response = send(exchange, upstream, request, user)) {
            exchange.record().answered(response.endpoint().authority());
            new StreamingBody(exchange, response, keepAlive).answer(policy.apply(response.headers()), streaming);
        } catch (UpstreamException.UnknownSession e) {
            report(exchange, upstream, e);
            exchange.answer(404, JSON, SESSION_NOT_FOUND);
        } catch (UpstreamException e) {
            report(exchange, upstream, e);
            if (exchange.status() == 0 && !exchange.isClientGone()) {
                throw refusal(exchange, upstream, e);
            }
            throw e;
        }
    }

    private UpstreamResponse send(
            ClientExchange exchange, Upstream upstream, UpstreamRequest request, @Nullable String user)
            throws IOException, RefusedRequest {
        try {
            return user == null ? upstreams.send(upstream, request) : upstreams.send(upstream, request, user);
        } catch (UpstreamException.UnknownSession e) {
            throw e;
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
            case UpstreamException.SessionUnavailable _ ->
                RefusedRequest.of(
                        503, "session_unavailable", "The server of this session is down; try again", RETRY_SOON);
            case UpstreamException.UnknownSession _ ->
                RefusedRequest.of(404, "session_not_found", "There is no such session");
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
                && !(failure instanceof UpstreamException.UnknownSession)
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
