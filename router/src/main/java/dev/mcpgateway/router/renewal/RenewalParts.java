package dev.mcpgateway.router.renewal;

import dev.mcpgateway.router.certificate.IssuedCertificates;
import java.time.Clock;

/**
 * Whom a {@link CertificateRenewal} works with.
 *
 * @param issued in a folder that all routers share, as are the ledger's and the lease's
 */
public record RenewalParts(
        CertificateNames names,
        CertificateAuthority authority,
        IssuedCertificates issued,
        Ledger ledger,
        Lease lease,
        Preflight preflight,
        PreflightPolicy policy,
        RenewalListener listener,
        Clock clock) {}
