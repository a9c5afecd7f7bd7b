package dev.mcpgateway.router.certificate;

import java.time.Instant;
import java.util.Locale;

/**
 * The certificate that clients of a host are shown.
 *
 * @param host or a wildcard such as {@code *.example.com}, for hosts without one of their own
 * @param issuer the distinguished name of who signed it
 */
public record CertificateDescription(String host, Source source, String issuer, Instant expires) {
    /** Where it came from. */
    public enum Source {
        /** A file of the operator's. */
        OWN,
        /** Ordered by ACME. */
        ISSUED,
        /** Of the local CA. */
        LOCAL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
