/**
 * What is counted, for Prometheus. Those who do something tell {@link dev.mcpgateway.oracle.observe.Metrics}; the
 * management listener shows it.
 */
package dev.mcpgateway.oracle.observe;
