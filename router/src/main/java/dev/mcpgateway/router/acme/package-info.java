/**
 * Certificates by ACME (RFC 8555).
 *
 * <p>An {@link dev.mcpgateway.router.acme.AcmeAuthority} orders them: it talks to the authority through an
 * {@code AcmeServer}, under the {@code AcmeAccount} whose key is in the folder of certificates, and answers challenges
 * in one of three ways. Answers over HTTP and TLS lie in the {@link dev.mcpgateway.router.acme.ChallengeFolder}, from
 * where every router gives them: {@link dev.mcpgateway.router.acme.Http01Challenges} and
 * {@link dev.mcpgateway.router.acme.TlsAlpnChallenges}. What fails is told by {@code OrderFailures}.
 */
package dev.mcpgateway.router.acme;
