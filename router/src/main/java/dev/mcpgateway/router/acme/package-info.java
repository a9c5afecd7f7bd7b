/**
 * Certificates of public authorities: which are wanted, when they are ordered, and how (ACME, RFC 8555).
 *
 * <p>{@code CertificateNames} plans one certificate for each host of the routes. {@code CertificateRenewal} looks at
 * them again and again; what is missing or past its {@code RenewalTime} is ordered by {@code CertificateOrders}, if the
 * {@code Ledger} has nothing against it and this router gets the {@code Lease}. A {@code Preflight} comes before the
 * order, which a {@code CertificateAuthority} carries out.
 */
package dev.mcpgateway.router.acme;
