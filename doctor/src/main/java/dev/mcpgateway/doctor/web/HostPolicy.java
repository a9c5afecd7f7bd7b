package dev.mcpgateway.doctor.web;

import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which hosts may be asked. Servers name other servers in their documents; a public one shall not make the doctor ask
 * what only this machine or network can reach.
 */
public final class HostPolicy {
    private final Set<String> given;
    private final Set<String> inClear;
    private final Resolver resolver;
    private final boolean isPublic;

    private HostPolicy(Set<String> given, Set<String> inClear, Resolver resolver, boolean isPublic) {
        this.given = given;
        this.inClear = inClear;
        this.resolver = resolver;
        this.isPublic = isPublic;
    }

    /** @param given the URLs that a person named; where they are http, their origins may be asked so */
    public static HostPolicy of(List<URI> given, Resolver resolver) {
        Set<String> hosts = given.stream().map(HostPolicy::host).collect(Collectors.toSet());
        Set<String> inClear =
                given.stream().filter(uri -> !isHttps(uri)).map(Urls::origin).collect(Collectors.toSet());
        return new HostPolicy(hosts, inClear, resolver, hosts.stream().noneMatch(host -> isPrivate(host, resolver)));
    }

    /** Why it may not be asked; empty if it may. */
    public Optional<String> refusal(URI uri) {
        if (!isHttps(uri) && !inClear.contains(Urls.origin(uri))) {
            return Optional.of("not asked: it is not an https URL");
        }
        if (given.contains(host(uri)) || !isPublic || !isPrivate(host(uri), resolver)) {
            return Optional.empty();
        }
        return Optional.of("not asked: a public server named it, and its address is not on the public Internet");
    }

    private static boolean isHttps(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    private static String host(URI uri) {
        return String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
    }

    private static boolean isPrivate(String host, Resolver resolver) {
        try {
            return resolver.resolve(host).stream().anyMatch(Resolver::isPrivate);
        } catch (UnknownHostException _) {
            return false; // asking it fails, which is told then
        }
    }
}
