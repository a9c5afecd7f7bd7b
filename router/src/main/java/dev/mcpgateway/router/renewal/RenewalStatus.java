package dev.mcpgateway.router.renewal;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one certificate stands.
 *
 * @param hosts that show it
 * @param expires null while there is none
 * @param nextAttempt when it is to be ordered, past if now; null if nobody knows
 * @param problem why the last order, or the look before it, failed; empty if nothing has failed since the last success
 * @param problemAt null if nothing has failed
 * @param lastSuccess null if none is remembered
 */
public record RenewalStatus(
        String name,
        List<String> dnsNames,
        Set<String> hosts,
        @Nullable Instant expires,
        @Nullable Instant nextAttempt,
        String problem,
        @Nullable Instant problemAt,
        @Nullable Instant lastSuccess) {
    public RenewalStatus {
        dnsNames = List.copyOf(dnsNames);
        hosts = Set.copyOf(hosts);
    }
}
