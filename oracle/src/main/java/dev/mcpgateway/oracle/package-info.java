/**
 * The authorization server of the gateway. {@link dev.mcpgateway.oracle.Oracle} wires its parts and listens;
 * {@link dev.mcpgateway.oracle.OracleMain} runs it as a process of its own.
 */
package dev.mcpgateway.oracle;
