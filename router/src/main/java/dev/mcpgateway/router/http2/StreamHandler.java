package dev.mcpgateway.router.http2;

/** Answers requests, each on a virtual thread of its own. */
@FunctionalInterface
public interface StreamHandler {
    /** Answers the request; when it returns without an end of the answer, the stream is reset. */
    void handle(Http2Stream stream);
}
