/**
 * Which certificates are wanted of a public authority, and when one of the routers orders them.
 *
 * <p>{@code CertificateNames} plans one certificate for each host of the routes. {@code CertificateRenewal} looks at
 * them again and again; what is missing or past its {@code RenewalTime} is ordered by {@code CertificateOrders}, if the
 * {@code Ledger} has nothing against it and this router gets the {@code Lease}. A {@code Preflight} comes before the
 * order, which a {@code CertificateAuthority} carries out.
 */
package dev.mcpgateway.router.renewal;
