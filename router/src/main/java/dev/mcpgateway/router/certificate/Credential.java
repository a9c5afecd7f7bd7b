package dev.mcpgateway.router.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A private key and the certificates that belong to it.
 *
 * @param key never printed
 * @param chain the key's own certificate first
 */
public record Credential(PrivateKey key, List<X509Certificate> chain) {
    /** Keeps a copy of the chain. */
    public Credential {
        chain = List.copyOf(chain);
    }

    /** The key's own certificate. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    public Instant expiresAt() {
        return certificate().getNotAfter().toInstant();
    }

    @Override
    public String toString() {
        return certificate().getSubjectX500Principal().getName();
    }
}
