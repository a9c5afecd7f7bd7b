package dev.mcpgateway.router.auth;

import dev.mcpgateway.router.upstream.HeaderList;

/** What verify decided about a request, or that it could not. */
public sealed interface Verdict {
    /**
     * The request may pass.
     *
     * @param identity the fields that go upstream with it, {@code X-User-Id} among them, each at most once
     * @param validity what ends it
     */
    record Allow(HeaderList identity, Validity validity) implements Verdict {}

    /**
     * The request is refused, and this is the answer to the client.
     *
     * @param status 401, 403 or 429
     * @param headers {@code WWW-Authenticate}, {@code Retry-After}, {@code Content-Type} and {@code Cache-Control}, as
     *     far as verify gave them
     * @param body may be empty; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Deny(int status, HeaderList headers, byte[] body) implements Verdict {}

    /**
     * There is no decision, so the request does not pass. The client gets 503 with {@code Retry-After}.
     *
     * @param reason for the log; not for the client
     */
    record Unavailable(String reason) implements Verdict {}
}
