/**
 * What every endpoint needs to speak OAuth: reading requests strictly
 * ({@link dev.mcpgateway.oracle.protocol.Parameters}, {@link dev.mcpgateway.oracle.protocol.Json}), refusing them
 * ({@link dev.mcpgateway.oracle.protocol.OAuthException}, turned into an answer by
 * {@link dev.mcpgateway.oracle.protocol.ErrorAnswers} alone), and randomness, hashes and sealed values
 * ({@link dev.mcpgateway.oracle.protocol.SecureTokens}, {@link dev.mcpgateway.oracle.protocol.Sealer}).
 */
package dev.mcpgateway.oracle.protocol;
