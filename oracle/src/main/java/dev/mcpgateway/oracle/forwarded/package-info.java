/**
 * What the router says about a request it forwards or asks about: {@link dev.mcpgateway.oracle.forwarded.Forwarding}
 * believes it only together with the secret that both share.
 */
package dev.mcpgateway.oracle.forwarded;
