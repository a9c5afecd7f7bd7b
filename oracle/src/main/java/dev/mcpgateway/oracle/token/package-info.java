/**
 * Exchanging a grant for tokens. {@link dev.mcpgateway.oracle.token.TokenEndpoint} reads the request
 * ({@code TokenRequest}), authenticates the client and hands over to
 * {@link dev.mcpgateway.oracle.token.AuthorizationCodeGrant} or {@link dev.mcpgateway.oracle.token.RefreshTokenGrant};
 * both ask {@link dev.mcpgateway.oracle.token.Admission} whether the user is still let in. Refresh tokens are made and
 * read by {@link dev.mcpgateway.oracle.token.RefreshTokens} alone.
 * {@link dev.mcpgateway.oracle.token.RevocationEndpoint} ends a grant.
 */
package dev.mcpgateway.oracle.token;
