package dev.mcpgateway.router.certificate;

import java.util.Optional;

/** What is shown to a certificate authority that asks for {@code acme-tls/1} (RFC 8737), and to nobody else. */
@FunctionalInterface
public interface ChallengeCertificates {
    /** Where nothing is being proven. */
    ChallengeCertificates NONE = _ -> Optional.empty();

    /** @param host of the handshake's SNI, in lower case */
    Optional<Credential> find(String host);
}
