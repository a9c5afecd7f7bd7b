package dev.mcpgateway.oracle.settings;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The services of {@code gateway.yaml}, found by resource, by host or by a forwarded request. They can change. */
public final class Services {
    private final String issuerAuthority;
    private volatile Map<ResourceUrl, ProtectedService> byUrl;
    private volatile Set<String> facts;

    /** @throws IllegalArgumentException if a resource is not an https URL, or two services share one */
    public Services(URI issuer, List<ProtectedService> services) {
        this.issuerAuthority = ResourceUrl.canonicalAuthority(issuer.getRawAuthority());
        this.byUrl = byUrl(services);
        this.facts = facts(services);
    }

    /** Lets these count from now on instead of all others; as the constructor does. */
    void replace(List<ProtectedService> services) {
        byUrl = byUrl(services);
        facts = facts(services);
    }

    private static Set<String> facts(List<ProtectedService> services) {
        return services.stream()
                .flatMap(service -> Stream.concat(service.policy().facts().stream(), service.tools().facts().stream()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Map<ResourceUrl, ProtectedService> byUrl(List<ProtectedService> services) {
        Map<ResourceUrl, ProtectedService> byUrl = new LinkedHashMap<>();
        for (ProtectedService service : services) {
            ResourceUrl url = ResourceUrl.parse(service.resource())
                    .orElseThrow(() -> new IllegalArgumentException("not an https URL: " + service.resource()));
            if (byUrl.put(url, service) != null) {
                throw new IllegalArgumentException("two services at " + service.resource());
            }
        }
        return Collections.unmodifiableMap(byUrl);
    }

    /** What the rules of all services want to know of people. */
    public Set<String> facts() {
        return facts;
    }

    /** In the order of the file. */
    public List<ProtectedService> all() {
        return List.copyOf(byUrl.values());
    }

    /**
     * The service that a client means by this {@code resource}; one slash at its end, the default port and the case of
     * its host make no difference.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc8707#section-2">RFC 8707, section 2</a>
     */
    public Optional<ProtectedService> byResource(String resource) {
        return ResourceUrl.parse(resource).map(url -> byUrl.get(url));
    }

    /**
     * The service that has this host, with its port, for itself; empty for hosts that services share with the issuer.
     */
    public Optional<ProtectedService> byOwnHost(String host) {
        String authority = ResourceUrl.canonicalAuthority(host);
        if (authority.equals(issuerAuthority)) {
            return Optional.empty();
        }
        return byUrl.entrySet().stream()
                .filter(entry -> entry.getKey().authority().equals(authority))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /**
     * The service that a forwarded request goes to: its host exactly, and its path or anything below it by whole
     * segments. A path that others could read in two ways (dot segments, backslashes, encoded slashes) is nobody's.
     *
     * @param host as in {@code X-Forwarded-Host}
     * @param uri path and query as in {@code X-Forwarded-Uri}
     */
    public Optional<ProtectedService> byForwarded(String host, String uri) {
        String path = uri.split("[?#]", 2)[0];
        if (!path.startsWith("/") || isAmbiguous(path)) {
            return Optional.empty();
        }
        String authority = ResourceUrl.canonicalAuthority(host);
        return byUrl.entrySet().stream()
                .filter(entry -> entry.getKey().authority().equals(authority))
                .filter(entry -> isAtOrBelow(path, entry.getKey().path()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static boolean isAtOrBelow(String path, String prefix) {
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }

    private static boolean isAmbiguous(String path) {
        String readable = path.toLowerCase(Locale.ROOT).replace("%2e", ".");
        return readable.contains("\\")
                || readable.contains("%2f")
                || readable.contains("%5c")
                || readable.contains("%00")
                || List.of(readable.split("/", -1)).stream()
                        .anyMatch(segment -> segment.equals(".") || segment.equals(".."));
    }
}
