/**
 * The programs that ask for tokens. {@link dev.mcpgateway.oracle.client.ClientRegistrationEndpoint} reads
 * {@link dev.mcpgateway.oracle.client.ClientMetadata}, with every {@link dev.mcpgateway.oracle.client.RedirectUri}
 * checked, and remembers a {@link dev.mcpgateway.oracle.client.Client};
 * {@link dev.mcpgateway.oracle.client.ClientAuthentication} tells which of them a later request comes from.
 */
package dev.mcpgateway.oracle.client;
