/**
 * Access tokens: {@link dev.mcpgateway.oracle.jwt.AccessTokens} mints and verifies them with the keys of
 * {@link dev.mcpgateway.oracle.jwt.SigningKeys}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068</a>
 */
package dev.mcpgateway.oracle.jwt;
