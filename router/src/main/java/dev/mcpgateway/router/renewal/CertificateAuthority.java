package dev.mcpgateway.router.renewal;

import dev.mcpgateway.router.certificate.Credential;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** A public certificate authority that is asked by ACME (RFC 8555). Calls take as long as an order takes: minutes. */
public interface CertificateAuthority {
    /**
     * Orders a certificate, answers its challenges and waits for it.
     *
     * @param names DNS names, the first one also naming the certificate; {@code *.example.com} needs DNS-01
     * @param replaced what it is to replace, so that the authority need not count it as another one (RFC 9773)
     * @return a new P-256 key with a chain that was checked to be valid now, for these names and for this key
     * @throws OrderException in words for an operator
     */
    Credential order(List<String> names, Optional<X509Certificate> replaced) throws OrderException;

    /**
     * When the authority would like a certificate to be replaced (RFC 9773); empty if it does not say.
     *
     * @throws OrderException if it could not be asked
     */
    Optional<RenewalWindow> renewalWindow(X509Certificate certificate) throws OrderException;
}
