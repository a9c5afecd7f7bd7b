package dev.mcpgateway.router.renewal;

import dev.mcpgateway.settings.Problems;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which certificates the routes' hosts need: one for each host, or a wildcard where one is configured. Nothing that a
 * stranger asks for gets here.
 */
public final class CertificateNames {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*|\\[.*]");
    private static final Pattern DNS_NAME =
            Pattern.compile("(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** Never in the public DNS (RFC 6761, 6762, 7686, 8375, 9476; ICANN on internal). */
    private static final Set<String> PRIVATE_DOMAINS =
            Set.of("local", "internal", "test", "example", "invalid", "onion", "alt", "home.arpa");

    /** Where directories of authorities are that browsers trust. */
    private static final List<String> PUBLIC_AUTHORITIES = List.of(
            "letsencrypt.org",
            "zerossl.com",
            "pki.goog",
            "googleapis.com",
            "buypass.com",
            "buypass.no",
            "ssl.com",
            "sectigo.com",
            "digicert.com",
            "globalsign.com",
            "entrust.net",
            "actalis.com",
            "harica.gr");

    private final Set<String> wildcards;
    private final boolean isPublic;

    /**
     * What becomes of a set of hosts.
     *
     * @param wanted by name, in the alphabet's order
     * @param local hosts that keep a certificate of the local authority, each with why
     */
    public record Plan(List<WantedCertificate> wanted, Map<String, String> local) {
        public Plan {
            wanted = List.copyOf(wanted);
            local = Map.copyOf(local);
        }
    }

    private CertificateNames(Set<String> wildcards, boolean isPublic) {
        this.wildcards = Set.copyOf(wildcards);
        this.isPublic = isPublic;
    }

    /**
     * @param wildcards domains, each with or without {@code *.} before it
     * @param directory of the authority; a private one may certify names that no public one does
     * @param isProvenInDns whether wildcards can be proven at all
     * @param problems gets what is no domain
     */
    public static CertificateNames read(
            Collection<String> wildcards, URI directory, boolean isProvenInDns, Problems problems) {
        boolean isPublic = isPublic(directory);
        if (!wildcards.isEmpty() && !isProvenInDns) {
            problems.add(
                    "ACME_WILDCARDS needs ACME_CHALLENGE=dns-01, which alone proves wildcards; set it, or remove ACME_WILDCARDS to have a certificate for each host");
        }
        Set<String> domains = new TreeSet<>();
        for (String written : wildcards) {
            String domain = written.toLowerCase(Locale.ROOT);
            domain = domain.startsWith("*.") ? domain.substring(2) : domain;
            if (!DNS_NAME.matcher(domain).matches()) {
                problems.add(
                        "ACME_WILDCARDS: \"%s\" is no domain; accepted are domains separated by commas, such as example.com"
                                .formatted(written));
            } else {
                reason(domain, isPublic)
                        .ifPresent(reason ->
                                problems.add("ACME_WILDCARDS: %s %s; remove it, and its hosts keep local certificates"
                                        .formatted(written, reason)));
                domains.add(domain);
            }
        }
        return new CertificateNames(domains, isPublic);
    }

    /** Whether certificates of this directory are for the public DNS. */
    static boolean isPublic(URI directory) {
        String host = Optional.ofNullable(directory.getHost()).orElse("").toLowerCase(Locale.ROOT);
        return PUBLIC_AUTHORITIES.stream().anyMatch(domain -> host.equals(domain) || host.endsWith("." + domain));
    }

    /** @param hosts of the routes, in lower case */
    public Plan plan(Set<String> hosts) {
        Map<String, WantedCertificate> wanted = new TreeMap<>();
        Map<String, String> local = new TreeMap<>();
        for (String host : hosts) {
            Optional<String> reason = reason(host, isPublic);
            if (reason.isPresent()) {
                local.put(host, reason.get());
            } else {
                WantedCertificate certificate = certificate(host);
                wanted.merge(certificate.name(), certificate, (known, _) -> known.with(host));
            }
        }
        return new Plan(new ArrayList<>(wanted.values()), local);
    }

    private WantedCertificate certificate(String host) {
        String parent = host.substring(host.indexOf('.') + 1);
        if (wildcards.contains(host)) {
            return wildcard(host, host);
        }
        return wildcards.contains(parent)
                ? wildcard(parent, host)
                : new WantedCertificate(host, List.of(host), Set.of(host));
    }

    private static WantedCertificate wildcard(String domain, String host) {
        String name = "*." + domain;
        return new WantedCertificate(name, List.of(name, domain), Set.of(host));
    }

    /** Why the authority cannot certify it; empty if it may. */
    private static Optional<String> reason(String host, boolean isPublic) {
        if (ADDRESS.matcher(host).matches()) {
            return Optional.of("is an IP address");
        }
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return Optional.of("is this machine's own name everywhere");
        }
        if (!host.contains(".")) {
            return Optional.of("is a name without a domain");
        }
        if (!DNS_NAME.matcher(host).matches()) {
            return Optional.of("is no DNS name");
        }
        return isPublic && PRIVATE_DOMAINS.stream().anyMatch(domain -> host.endsWith("." + domain))
                ? Optional.of("is in a domain that is not in the public DNS, so no public authority certifies it")
                : Optional.empty();
    }
}
