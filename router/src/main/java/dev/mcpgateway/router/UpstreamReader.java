package dev.mcpgateway.router;

import dev.mcpgateway.router.upstream.Balancing;
import dev.mcpgateway.router.upstream.Balancing.Ejection;
import dev.mcpgateway.router.upstream.Balancing.Policy;
import dev.mcpgateway.router.upstream.HealthCheck;
import dev.mcpgateway.router.upstream.Trust;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamTimeouts;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.ServiceUpstream;
import dev.mcpgateway.settings.Setting;
import dev.mcpgateway.settings.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes upstreams of what was written, with the settings for whatever was not. */
final class UpstreamReader {
    private static final int MAX_EJECT_FACTOR = 12;
    private static final int UNHEALTHY_AFTER = 2;
    private static final int HEALTHY_AFTER = 1;

    private final Settings settings;

    UpstreamReader(Settings settings) {
        this.settings = settings;
    }

    /** An upstream of the gateway's own; empty after reporting what is wrong. */
    Optional<Upstream> read(
            String name, URI url, String defaultPath, UpstreamTimeouts timeouts, Setting<String> health) {
        return reporting(() -> new Upstream(
                name,
                List.of(Upstream.server(
                        name, url.toString(), 1, defaultPath, caFile(name, ServiceUpstream.of(url.toString())))),
                timeouts,
                balancing(ServiceUpstream.of(url.toString()), health)));
    }

    /** The upstream of a service; empty after reporting what is wrong. */
    Optional<Upstream> read(String name, ServiceUpstream written, String defaultPath) {
        return reporting(() -> new Upstream(
                name,
                written.servers().stream()
                        .map(server -> Upstream.server(
                                name, server.url(), server.weight(), defaultPath, caFile(name, written)))
                        .toList(),
                timeouts(written),
                balancing(written, KnownSettings.UPSTREAM_HEALTH)));
    }

    /** For upstreams of which nothing else was written. */
    UpstreamTimeouts timeouts() {
        return new UpstreamTimeouts(
                settings.get(KnownSettings.UPSTREAM_CONNECT_TIMEOUT),
                settings.get(KnownSettings.UPSTREAM_RESPONSE_TIMEOUT),
                settings.get(KnownSettings.UPSTREAM_IDLE_TIMEOUT),
                Duration.ZERO);
    }

    /** Whose authorities https servers may have, beside the system's. */
    private @Nullable Path caFile(String name, ServiceUpstream written) {
        boolean tls = written.servers().stream()
                .anyMatch(server -> server.url().toLowerCase(Locale.ROOT).startsWith("https:"));
        if (!tls) {
            written.caFile().ifPresent(_ -> {
                throw new IllegalArgumentException(
                        "The ca_file of %s is for https:// servers, of which it has none".formatted(name));
            });
            return null;
        }
        Path file = written.caFile()
                .or(() -> settings.find(KnownSettings.UPSTREAM_CA_FILE))
                .orElse(null);
        if (file != null) {
            Trust.check(name, file);
        }
        return file;
    }

    private UpstreamTimeouts timeouts(ServiceUpstream written) {
        UpstreamTimeouts usual = timeouts();
        return new UpstreamTimeouts(
                written.connectTimeout().orElse(usual.connect()),
                written.responseTimeout().orElse(usual.head()),
                written.idleTimeout().orElse(usual.idle()),
                usual.whole());
    }

    private Balancing balancing(ServiceUpstream written, Setting<String> probe) {
        return new Balancing(
                written.balance()
                        .map(policy -> Policy.valueOf(policy.toUpperCase(Locale.ROOT)))
                        .orElse(Policy.LEAST_REQUESTS),
                written.maxRequests().orElse(Balancing.UNBOUNDED),
                written.maxWaiting().orElseGet(() -> settings.get(KnownSettings.UPSTREAM_MAX_WAITING)),
                written.maxWait().orElseGet(() -> settings.get(KnownSettings.UPSTREAM_MAX_WAIT)),
                health(written.health(), probe),
                ejection(),
                written.affinity());
    }

    private HealthCheck health(ServiceUpstream.Health written, Setting<String> probe) {
        return new HealthCheck(
                switch (written.probe().orElseGet(() -> settings.get(probe))) {
                    case "none" -> new HealthCheck.Probe.None();
                    case "tcp" -> new HealthCheck.Probe.Connect();
                    case String path -> new HealthCheck.Probe.Get(path);
                },
                written.interval().orElseGet(() -> settings.get(KnownSettings.UPSTREAM_HEALTH_INTERVAL)),
                written.timeout().orElseGet(() -> settings.get(KnownSettings.UPSTREAM_HEALTH_TIMEOUT)),
                written.unhealthyAfter().orElse(UNHEALTHY_AFTER),
                written.healthyAfter().orElse(HEALTHY_AFTER));
    }

    private Ejection ejection() {
        Duration time = settings.get(KnownSettings.UPSTREAM_EJECT_TIME);
        return new Ejection(
                settings.get(KnownSettings.UPSTREAM_EJECT_AFTER),
                time,
                time.multipliedBy(MAX_EJECT_FACTOR),
                settings.get(KnownSettings.UPSTREAM_RETURN_TIME));
    }

    private Optional<Upstream> reporting(Supplier<Upstream> reading) {
        try {
            return Optional.of(reading.get());
        } catch (IllegalArgumentException e) {
            settings.problems().add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
