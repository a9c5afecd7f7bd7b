package dev.mcpgateway.router.renewal;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One certificate that the routes need.
 *
 * @param name as {@link dev.mcpgateway.router.certificate.IssuedCertificates} keeps it; {@code *.example.com} for a
 *     wildcard
 * @param dnsNames what it is to be valid for, its own name first
 * @param hosts that are to show it
 */
public record WantedCertificate(String name, List<String> dnsNames, Set<String> hosts) {
    public WantedCertificate {
        dnsNames = List.copyOf(dnsNames);
        hosts = Set.copyOf(hosts);
    }

    /** The same certificate, for one host more. */
    WantedCertificate with(String host) {
        Set<String> more = new TreeSet<>(hosts);
        more.add(host);
        return new WantedCertificate(name, dnsNames, more);
    }
}
