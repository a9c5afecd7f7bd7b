package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.UpstreamException.BadResponse;
import dev.mcpgateway.router.upstream.UpstreamException.UnknownSession;
import java.util.List;
import java.util.Optional;

/**
 * A user's request with its session, if it has one, as the server knows it.
 *
 * @param tag of the endpoint where the session lives; empty for a request without one
 */
record SessionRequest(
        SessionAffinity affinity, Upstream upstream, String user, UpstreamRequest request, Optional<String> tag) {
    /** @throws UnknownSession if the request names a session that is not this user's, or more than one */
    static SessionRequest read(SessionAffinity affinity, Upstream upstream, String user, UpstreamRequest request)
            throws UnknownSession {
        HeaderList others = request.headers().only(name -> !SessionAffinity.isLikeHeader(name));
        if (others.headers().size() == request.headers().headers().size()) {
            return new SessionRequest(affinity, upstream, user, request, Optional.empty());
        }
        List<String> ids = request.headers().all(SessionAffinity.HEADER);
        if (ids.isEmpty()) {
            return new SessionRequest(affinity, upstream, user, with(request, others), Optional.empty());
        }
        SessionAffinity.Session session = ids.size() > 1
                ? null
                : affinity.open(upstream, user, ids.getFirst()).orElse(null);
        if (session == null) {
            throw new UnknownSession(upstream, "the request names no session of its user's");
        }
        UpstreamRequest known = with(request, others.with(SessionAffinity.HEADER, session.id()));
        return new SessionRequest(affinity, upstream, user, known, Optional.of(session.tag()));
    }

    /** Gives the client its own id for the session that the answer names, if it names one. */
    void seal(UpstreamResponse response) throws BadResponse {
        List<String> ids = response.headers().all(SessionAffinity.HEADER);
        if (ids.isEmpty()) {
            return;
        }
        if (ids.size() > 1 || !SessionAffinity.isServersId(ids.getFirst())) {
            throw new BadResponse(response.endpoint(), "sends a session id that is not visible ASCII, or several");
        }
        String served = affinity.tag(upstream, response.endpoint());
        String sealed = affinity.seal(upstream, user, new SessionAffinity.Session(served, ids.getFirst()));
        response.replaceHeaders(
                response.headers().without(SessionAffinity.HEADER).with(SessionAffinity.HEADER, sealed));
    }

    private static UpstreamRequest with(UpstreamRequest request, HeaderList headers) {
        return new UpstreamRequest(request.method(), request.target(), headers, request.body(), request.timeouts());
    }
}
