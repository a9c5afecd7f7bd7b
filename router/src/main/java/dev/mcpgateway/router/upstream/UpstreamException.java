package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * No answer, or no whole answer, from an upstream. The message names the endpoint, or the upstream before there is one,
 * and what went wrong; it holds nothing of the request or of the answer's values. Also thrown while reading
 * {@link UpstreamResponse#body()}.
 */
public abstract sealed class UpstreamException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private UpstreamException(String where, String problem, @Nullable Throwable cause) {
        super("upstream " + where + ": " + problem, cause);
    }

    /** No connection: the name does not resolve, or every address refused or stayed silent. Nothing was sent. */
    public static final class CannotConnect extends UpstreamException {
        @Serial
        private static final long serialVersionUID = 1L;

        CannotConnect(Endpoint endpoint, String problem, @Nullable Throwable cause) {
            super(endpoint.authority(), problem, cause);
        }

        CannotConnect(Upstream upstream, String problem, @Nullable Throwable cause) {
            super(upstream.name(), problem, cause);
        }
    }

    /** All connections, or places for requests, that the endpoints may have are in use. Nothing was sent. */
    public static final class Busy extends UpstreamException {
        @Serial
        private static final long serialVersionUID = 1L;

        Busy(Endpoint endpoint, String problem) {
            super(endpoint.authority(), problem, null);
        }

        Busy(Upstream upstream, String problem) {
            super(upstream.name(), problem, null);
        }
    }

    /** The request names a session that its user does not have, or whose endpoint is gone. Nothing was sent. */
    public static final class UnknownSession extends UpstreamException {
        @Serial
        private static final long serialVersionUID = 1L;

        UnknownSession(Upstream upstream, String problem) {
            super(upstream.name(), problem, null);
        }
    }

    /** The endpoint where the request's session lives is out of order. Nothing was sent. */
    public static final class SessionUnavailable extends UpstreamException {
        @Serial
        private static final long serialVersionUID = 1L;

        SessionUnavailable(Endpoint endpoint, String problem, @Nullable Throwable cause) {
            super(endpoint.authority(), problem, cause);
        }
    }

    /** A step took longer than {@link UpstreamTimeouts} allow. The request may have had its effect. */
    public static final class TimedOut extends UpstreamException {
        @Serial
        private static final long serialVersionUID = 1L;

        TimedOut(Endpoint endpoint, String problem) {
            super(endpoint.authority(), problem, null);
        }
    }

    /** The connection ended before the answer did. The request may have had its effect. */
    public static final class ConnectionLost extends UpstreamException {
        @Serial
        private static final long serialVersionUID = 1L;

        ConnectionLost(Endpoint endpoint, String problem, @Nullable Throwable cause) {
            super(endpoint.authority(), problem, cause);
        }
    }

    /** What came is not the answer of an HTTP/1.1 server, or is larger than allowed. */
    public static final class BadResponse extends UpstreamException {
        @Serial
        private static final long serialVersionUID = 1L;

        BadResponse(Endpoint endpoint, String problem) {
            super(endpoint.authority(), problem, null);
        }
    }

    /**
     * The body of the request could not be read from its sender, or ended early: not the upstream's fault. What was
     * sent of it was cut off, so that the upstream cannot take it for the whole.
     */
    public static final class RequestBodyFailed extends UpstreamException {
        @Serial
        private static final long serialVersionUID = 1L;

        RequestBodyFailed(String where, String problem, @Nullable Throwable cause) {
            super(where, problem, cause);
        }
    }
}
