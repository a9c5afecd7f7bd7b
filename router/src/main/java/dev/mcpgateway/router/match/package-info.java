/**
 * What configuration compares requests with: {@link dev.mcpgateway.router.match.Network}s and
 * {@link dev.mcpgateway.router.match.Regexp}s.
 */
package dev.mcpgateway.router.match;
