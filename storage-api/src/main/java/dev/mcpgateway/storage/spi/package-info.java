/**
 * For those who write a store: what every {@link dev.mcpgateway.storage.Store} would otherwise write again. A
 * {@link dev.mcpgateway.storage.spi.RevocationFeed} tells listeners what was revoked,
 * {@link dev.mcpgateway.storage.spi.RevocationCounters} notice that something was not delivered, and a
 * {@link dev.mcpgateway.storage.spi.Circuit} answers for a store that is away.
 */
package dev.mcpgateway.storage.spi;
