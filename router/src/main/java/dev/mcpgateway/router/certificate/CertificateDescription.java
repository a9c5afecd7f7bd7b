package dev.mcpgateway.router.certificate;

import java.time.Instant;

/**
 * The certificate that clients of a host are shown.
 *
 * @param issuer the distinguished name of who signed it
 */
public record CertificateDescription(String host, String issuer, Instant expires) {}
