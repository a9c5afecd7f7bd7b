package dev.mcpgateway.router.certificate;

import java.time.Instant;

/**
 * The certificate that clients of a host are shown.
 *
 * @param host or a wildcard such as {@code *.example.com}, for hosts without one of their own
 * @param source {@code own}: the operator's file; {@code issued}: ordered by ACME; {@code local}: of the local CA
 * @param issuer the distinguished name of who signed it
 */
public record CertificateDescription(String host, String source, String issuer, Instant expires) {}
