package dev.mcpgateway.oracle.forwarded;

/**
 * The request as the router saw it.
 *
 * @param host with its port, where there is one
 * @param uri path and query
 */
public record ForwardedRequest(String host, String uri) {}
