/**
 * What the router forwards to, and the HTTP/1.1 client that takes requests there.
 *
 * <p>An {@link dev.mcpgateway.router.upstream.Upstream} says where a service lives; it is plain data.
 * {@link dev.mcpgateway.router.upstream.Upstreams} has what is alive: a {@code LoadBalancer} for each, which gets the
 * addresses from its {@code Discovery}, keeps a {@code BalancedEndpoint} for each of them, watched by a
 * {@code HealthMonitor} and a {@code CircuitBreaker}, and picks one by the policy of its {@code EndpointChoice}, in the
 * {@code WaitingLine} if all are full. {@link dev.mcpgateway.router.upstream.SessionAffinity} tells where a session's
 * requests belong.
 *
 * <p>An {@code Attempt} takes the request to that {@link dev.mcpgateway.router.upstream.Endpoint}: the
 * {@link dev.mcpgateway.router.upstream.UpstreamClient} has a {@code ConnectionPool} for it, the {@code Exchange}
 * writes the {@link dev.mcpgateway.router.upstream.UpstreamRequest} and reads the head of the answer with the
 * {@code ResponseParser}, and the {@link dev.mcpgateway.router.upstream.UpstreamResponse} hands out the
 * {@code ResponseBody} and gives the connection back. Calls block and are meant for virtual threads.
 *
 * <p>Strictness is on purpose: an answer that two readers could understand differently is refused, and a connection
 * that carried one is never used again.
 */
package dev.mcpgateway.router.upstream;
