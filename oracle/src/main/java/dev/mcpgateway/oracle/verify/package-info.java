/**
 * The question that the router asks before every request: {@link dev.mcpgateway.oracle.verify.VerifyEndpoint} answers
 * it; refusals are {@code Refusal}s with a {@link dev.mcpgateway.oracle.verify.BearerChallenge}. The contract is
 * docs/contracts/verify.md.
 */
package dev.mcpgateway.oracle.verify;
