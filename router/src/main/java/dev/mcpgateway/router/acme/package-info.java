/**
 * Certificates of public authorities: which are wanted, when they are ordered, and how (ACME, RFC 8555).
 *
 * <p>{@code CertificateNames} plans one certificate for each host of the routes. {@code CertificateRenewal} looks at
 * them again and again; what is missing or past its {@code RenewalTime} is ordered by {@code CertificateOrders}, if the
 * {@code Ledger} has nothing against it and this router gets the {@code Lease}. A {@code Preflight} comes before the
 * order, which a {@code CertificateAuthority} carries out.
 *
 * <p>The {@link dev.mcpgateway.router.acme.AcmeAuthority} is one: it talks to the authority through an
 * {@code AcmeServer}, under the {@code AcmeAccount} whose key is in the folder of certificates, and answers challenges
 * in one of three ways. Answers over HTTP and TLS lie in the {@link dev.mcpgateway.router.acme.ChallengeFolder}, from
 * where every router gives them: {@link dev.mcpgateway.router.acme.Http01Challenges} and
 * {@link dev.mcpgateway.router.acme.TlsAlpnChallenges}. What fails is told by {@code OrderFailures}.
 */
package dev.mcpgateway.router.acme;
