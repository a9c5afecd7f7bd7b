/**
 * Asks the verify service whether a request may pass, by the contract in {@code docs/contracts/verify.md}.
 *
 * <p>{@link dev.mcpgateway.router.auth.ForwardAuth} is the gate: it turns a
 * {@link dev.mcpgateway.router.auth.VerifyRequest} into a {@link dev.mcpgateway.router.auth.Verdict}, and whatever goes
 * wrong into a refusal. {@link dev.mcpgateway.router.auth.VerifyClient} puts the question on the wire and reads the
 * answer.
 *
 * <p>An {@link dev.mcpgateway.router.auth.Admission} is a request that was allowed and goes on. A
 * {@code RevocationStream} hears what the verify service takes back, and {@code Admissions} ends the streams that rest
 * on it. A {@code VerdictCache} keeps answers for equal requests for as long as both allow, and while verify is asked
 * for the next one, {@code QuestionsUnderWay} lets equal requests wait for it.
 */
package dev.mcpgateway.router.auth;
