/**
 * HTTP/2 as a server speaks it, without any knowledge of what requests mean (RFC 9113, RFC 7541).
 *
 * <p>An {@link dev.mcpgateway.router.http2.Http2Connection} reads frames and hands each request to a
 * {@link dev.mcpgateway.router.http2.StreamHandler} as an {@link dev.mcpgateway.router.http2.Http2Stream}, on a thread
 * of its own. Names and values keep their bytes, one character each, and are not judged here. What a connection may
 * cost is in {@link dev.mcpgateway.router.http2.Http2Limits}; whoever asks for more loses the connection.
 */
package dev.mcpgateway.router.http2;
