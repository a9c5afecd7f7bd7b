package dev.mcpgateway.router.renewal;

import dev.mcpgateway.router.certificate.Credential;

/** Told of every certificate that this router has got, by one thread; those of others are found in their folder. */
@FunctionalInterface
public interface RenewalListener {
    /** @param credential to be shown from now on; usually in its file already, not if the disk is full */
    void issued(WantedCertificate certificate, Credential credential);
}
