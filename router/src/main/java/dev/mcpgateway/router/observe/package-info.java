/**
 * What operators see: one line for each request in the {@link dev.mcpgateway.router.observe.AccessLog}, and health and
 * routes on the {@link dev.mcpgateway.router.observe.Management} handler, which has a listener of its own.
 */
package dev.mcpgateway.router.observe;
