/**
 * What the router forwards to, and the HTTP/1.1 client that takes requests there.
 *
 * <p>An {@link dev.mcpgateway.router.upstream.Upstream} says where a service lives. The
 * {@link dev.mcpgateway.router.upstream.UpstreamClient} takes a connection from the endpoint's {@code ConnectionPool},
 * writes the {@link dev.mcpgateway.router.upstream.UpstreamRequest} and reads the head of the answer with the
 * {@code ResponseParser}; the {@link dev.mcpgateway.router.upstream.UpstreamResponse} hands out the
 * {@code ResponseBody} and gives the connection back. Calls block and are meant for virtual threads.
 *
 * <p>Strictness is on purpose: an answer that two readers could understand differently is refused, and a connection
 * that carried one is never used again.
 */
package dev.mcpgateway.router.upstream;
