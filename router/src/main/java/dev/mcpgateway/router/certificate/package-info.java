/**
 * The certificates that the HTTPS entry point shows.
 *
 * <p>The {@link dev.mcpgateway.router.certificate.CertificateStore} keeps the folder and one certificate for each host;
 * a {@code LocalAuthority} issues them. The {@code SniKeyManager} gives a handshake the certificate of the host that
 * the client named.
 */
package dev.mcpgateway.router.certificate;
