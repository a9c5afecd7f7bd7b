package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.client.Session;
import dev.mcpgateway.doctor.discovery.Discovery;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.HostPolicy;
import dev.mcpgateway.doctor.web.Resolver;
import dev.mcpgateway.doctor.web.Trust;
import dev.mcpgateway.doctor.web.Urls;
import dev.mcpgateway.doctor.web.Web;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is examined, and the means to. Not for use by several threads. */
public final class Examination implements AutoCloseable {
    private final List<URI> services;
    private final @Nullable Integer httpPort;
    private final Trust trust;
    private final Resolver resolver;
    private final Clock clock;
    private final Duration timeout;
    private final Web web;
    private final Map<URI, Discovery> discoveries = new HashMap<>();
    private final List<Session> sessions = new ArrayList<>();

    /**
     * @param services at least one
     * @param httpPort where plain HTTP is; null for the usual one
     * @param timeout of each request
     */
    public Examination(
            List<URI> services,
            @Nullable Integer httpPort,
            Trust trust,
            Resolver resolver,
            Clock clock,
            Duration timeout) {
        this.services = List.copyOf(services);
        this.httpPort = httpPort;
        this.trust = trust;
        this.resolver = resolver;
        this.clock = clock;
        this.timeout = timeout;
        web = new Web(trust, HostPolicy.of(services, resolver), timeout);
    }

    public List<URI> services() {
        return services;
    }

    Trust trust() {
        return trust;
    }

    Resolver resolver() {
        return resolver;
    }

    Clock clock() {
        return clock;
    }

    Duration timeout() {
        return timeout;
    }

    Web web() {
        return web;
    }

    /** The sign-ins that succeeded and were not ended yet; checks add to it. */
    List<Session> sessions() {
        return sessions;
    }

    /** What clients read about a service; fetched once. */
    Discovery discovery(URI service) {
        return discoveries.computeIfAbsent(service, uri -> Discovery.of(uri, web));
    }

    /** The issuers that the services name. */
    public List<String> issuers() {
        return services.stream()
                .flatMap(service -> discovery(service).issuer().stream())
                .distinct()
                .toList();
    }

    /** One URL for each host and port: those of the services, then those of their authorization servers. */
    List<URI> hosts() {
        Map<String, URI> hosts = new LinkedHashMap<>();
        Stream.concat(
                        services.stream(),
                        services.stream()
                                .flatMap(service -> discovery(service).issuer().stream())
                                .flatMap(issuer -> Urls.parse(issuer).stream()))
                .forEach(uri -> hosts.putIfAbsent(Urls.authority(uri), uri));
        return List.copyOf(hosts.values());
    }

    /** Where plain HTTP of that host is; null if nobody knows. */
    @Nullable
    Integer httpPort(URI uri) {
        if (httpPort != null) {
            return httpPort;
        }
        return switch (Urls.port(uri)) {
            case 443 -> 80;
            case 8443 -> 8080;
            default -> null;
        };
    }

    /** What is found about each service in turn; those that do not answer are not checked. */
    List<Finding> forEachService(String what, Function<Discovery, List<Finding>> check) {
        List<Finding> findings = new ArrayList<>();
        for (URI service : services) {
            Discovery discovery = discovery(service);
            if (discovery.refusal().isAnswered()) {
                findings.addAll(check.apply(discovery));
            } else {
                findings.add(Finding.notChecked(
                        service,
                        what,
                        "the service does not answer: " + discovery.refusal().failure()));
            }
        }
        return findings;
    }

    @Override
    public void close() {
        web.close();
    }
}
