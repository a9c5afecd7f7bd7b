/**
 * The programs that ask for tokens. {@link dev.mcpgateway.oracle.client.ClientAuthentication} tells which registered
 * {@link dev.mcpgateway.oracle.client.Client} a request comes from.
 */
package dev.mcpgateway.oracle.client;
