/**
 * The way of a request through the router. {@link dev.mcpgateway.router.forward.RequestFlow} is all of its steps, top
 * to bottom; {@link dev.mcpgateway.router.forward.Forwarder} is the last one, which takes the request to its upstream
 * and the answer back, the bodies as they come.
 */
package dev.mcpgateway.router.forward;
