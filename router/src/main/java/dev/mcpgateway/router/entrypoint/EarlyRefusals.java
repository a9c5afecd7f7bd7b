package dev.mcpgateway.router.entrypoint;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;

/** Answers what the web server refuses before a request is handled, in our words and without what the client sent. */
final class EarlyRefusals implements DirectHandler {
    private static final String HEADERS_TOO_LARGE = "Header size exceeded"; // the web server's only sign of it

    private static final String OTHER_VERSION = "Invalid protocol and/or version";

    static DirectHandlers handlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        EarlyRefusals refusals = new EarlyRefusals();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, refusals);
        }
        return handlers.build();
    }

    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType type,
            Status proposed,
            ServerResponseHeaders headers,
            Throwable thrown,
            System.Logger logger) {
        return handle(request, type, proposed, headers, String.valueOf(thrown.getMessage()));
    }

    @Override
    public TransportResponse handle(
            TransportRequest request, EventType type, Status proposed, ServerResponseHeaders headers, String message) {
        int status = switch (message) {
            case HEADERS_TOO_LARGE -> 431;
            case OTHER_VERSION -> 505;
            default -> proposed.code();
        };
        return TransportResponse.builder()
                .status(Status.create(status))
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .header(HeaderNames.create("X-Content-Type-Options"), "nosniff")
                .entity(body(status))
                .build();
    }

    private static byte[] body(int status) {
        String requestId = RequestId.next();
        return switch (status) {
            case 408 -> ErrorBody.of("request_timeout", "The request took too long to come", requestId);
            case 414 -> ErrorBody.of("target_too_long", "The request line is too long", requestId);
            case 431 -> ErrorBody.of("headers_too_large", "The header fields are too large", requestId);
            case 500 -> ErrorBody.of("internal_error", "The gateway failed; its log says why", requestId);
            case 505 -> ErrorBody.of("http_version_not_supported", "Only HTTP/1.1 is served here", requestId);
            default -> ErrorBody.of("invalid_request", "The request is not valid HTTP/1.1", requestId);
        };
    }
}
