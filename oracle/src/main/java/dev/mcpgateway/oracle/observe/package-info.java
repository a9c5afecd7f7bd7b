/**
 * What is counted, for Prometheus. Those who do something tell {@link dev.mcpgateway.oracle.observe.Metrics}; the
 * management listener shows it. {@link dev.mcpgateway.oracle.observe.ActivityHistory} keeps the last hour of it for
 * people.
 */
package dev.mcpgateway.oracle.observe;
