package dev.mcpgateway.router.upstream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Requests as tests send them. */
final class Requests {
    /** Long enough for a busy machine, short enough for a test that fails. */
    static final UpstreamTimeouts PATIENT = new UpstreamTimeouts(
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(20));

    private Requests() {}

    static UpstreamRequest get(String target) {
        return of("GET", target, RequestBody.NONE);
    }

    static UpstreamRequest post(String body) {
        return of("POST", "/mcp", new RequestBody.Bytes(body.getBytes(StandardCharsets.ISO_8859_1)));
    }

    static UpstreamRequest of(String method, String target, RequestBody body) {
        return new UpstreamRequest(method, target, HeaderList.EMPTY, body, PATIENT);
    }

    static UpstreamRequest within(UpstreamTimeouts timeouts, UpstreamRequest request) {
        return new UpstreamRequest(request.method(), request.target(), request.headers(), request.body(), timeouts);
    }
}
