/**
 * Where clients come in.
 *
 * <p>An {@link dev.mcpgateway.router.entrypoint.EntryPoint} listens and hands each request to a
 * {@link dev.mcpgateway.router.entrypoint.Handler} as a {@link dev.mcpgateway.router.entrypoint.ClientExchange}: the
 * request as it was received ({@link dev.mcpgateway.router.entrypoint.RequestHead},
 * {@link dev.mcpgateway.router.entrypoint.RequestTarget}) and the means to answer it. What cannot be understood in one
 * way only is answered with a {@link dev.mcpgateway.router.entrypoint.RefusedRequest} and goes nowhere.
 * {@link dev.mcpgateway.router.entrypoint.HttpsRedirect} is the handler of the plain listener.
 *
 * <p>The web server reads requests and keeps connections. Four of its joints are used to get what it does not give: a
 * {@code GuardedSelector} puts a {@code ClientConnection} between server and socket; its {@code RequestReader} keeps
 * the request line as it came and is strict about chunks; its {@code ClientBytes} can watch for a client that leaves;
 * and a {@code RawResponse} writes answers byte for byte. A {@code ConnectionGuard} bounds the connections and cuts
 * those that stall in their handshake or do not read; a {@code ReadDeadline} tells how long the next bytes may take.
 *
 * <p>HTTP/2 comes from {@link dev.mcpgateway.router.http2}; a {@code ClientStream} is what both versions have in
 * common. Who a client is, as its connection or a trusted proxy tells, is decided by {@code ClientAddress} alone.
 */
package dev.mcpgateway.router.entrypoint;
