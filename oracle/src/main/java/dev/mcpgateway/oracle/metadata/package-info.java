/**
 * What clients read before they begin: which authorization server a resource trusts
 * ({@link dev.mcpgateway.oracle.metadata.ProtectedResourceMetadataEndpoint}), what that server can do
 * ({@link dev.mcpgateway.oracle.metadata.AuthorizationServerMetadataEndpoint}) and its public keys
 * ({@link dev.mcpgateway.oracle.metadata.JwksEndpoint}). URLs in these documents come from the settings alone.
 */
package dev.mcpgateway.oracle.metadata;
