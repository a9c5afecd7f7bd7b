package dev.mcpgateway.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a service runs and how its requests are spread, as it was written. What is empty was not written.
 *
 * @param servers none if {@code upstream} is missing, which its reader reports
 * @param affinity whether sessions stay with their server; true if not written
 * @param caFile whose authorities are trusted beside the system's
 * @param balance {@code least_requests} or {@code round_robin}
 */
public record ServiceUpstream(
        List<Server> servers,
        Optional<String> balance,
        Optional<Duration> connectTimeout,
        Optional<Duration> responseTimeout,
        Optional<Duration> idleTimeout,
        OptionalInt maxRequests,
        OptionalInt maxWaiting,
        Optional<Duration> maxWait,
        Health health,
        boolean affinity,
        Optional<Path> caFile) {
    private static final int MAX_WEIGHT = 1000;
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /**
     * One URL.
     *
     * @param url as written
     * @param weight 0 to 1000; 1 if not written
     */
    public record Server(String url, int weight) {}

    /**
     * How its health is asked for.
     *
     * @param probe {@code tcp} or {@code none}, or the path that is asked for
     */
    public record Health(
            Optional<String> probe,
            Optional<Duration> interval,
            Optional<Duration> timeout,
            OptionalInt unhealthyAfter,
            OptionalInt healthyAfter) {
        /** What the settings say. */
        public static final Health NOT_WRITTEN = of(Optional.empty());

        /** Anything but the probe as the settings say. */
        public static Health of(Optional<String> probe) {
            return new Health(probe, Optional.empty(), Optional.empty(), OptionalInt.empty(), OptionalInt.empty());
        }
    }

    public ServiceUpstream {
        servers = List.copyOf(servers);
    }

    /** One server, and nothing else. */
    public static ServiceUpstream of(String url) {
        return new ServiceUpstream(
                List.of(new Server(url, 1)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Health.NOT_WRITTEN,
                true,
                Optional.empty());
    }

    /** These servers instead, and everything else as it is. */
    public ServiceUpstream with(List<Server> others) {
        return new ServiceUpstream(
                others,
                balance,
                connectTimeout,
                responseTimeout,
                idleTimeout,
                maxRequests,
                maxWaiting,
                maxWait,
                health,
                affinity,
                caFile);
    }

    /** This health check instead, and everything else as it is. */
    public ServiceUpstream with(Health other) {
        return new ServiceUpstream(
                servers,
                balance,
                connectTimeout,
                responseTimeout,
                idleTimeout,
                maxRequests,
                maxWaiting,
                maxWait,
                other,
                affinity,
                caFile);
    }

    static ServiceUpstream read(YamlSection service) {
        return new ServiceUpstream(
                servers(service),
                service.value("balance", Format.choice("least_requests", "round_robin")),
                service.value("connect_timeout", Format.duration(SHORTEST, MINUTE)),
                service.value("response_timeout", Format.duration(SHORTEST, DAY)),
                service.value("idle_timeout", Format.duration(SHORTEST, DAY)),
                integer(service, "max_requests", 1, 100_000),
                integer(service, "max_waiting", 0, 100_000),
                service.value("max_wait", Format.duration(SHORTEST, MINUTE)),
                health(service),
                service.value("affinity", Format.choice("on", "off"))
                        .filter("off"::equals)
                        .isEmpty(),
                service.value("ca_file", Format.path("a file of certificates")));
    }

    private static Health health(YamlSection service) {
        if (!service.isSection("health")) {
            return Health.of(service.value("health", KnownSettings.HEALTH));
        }
        YamlSection section = service.section("health").orElseThrow();
        Optional<String> path = section.value("path", KnownSettings.HEALTH_PATH);
        Health health = new Health(
                path.or(() -> Optional.of("tcp")),
                section.value("interval", Format.duration(SHORTEST, DAY)),
                section.value("timeout", Format.duration(SHORTEST, MINUTE)),
                integer(section, "unhealthy_after", 1, 1_000),
                integer(section, "healthy_after", 1, 1_000));
        section.refuseTheRest();
        return health;
    }

    private static List<Server> servers(YamlSection service) {
        if (!service.isList("upstream")) {
            return service.text("upstream").map(url -> new Server(url, 1)).stream()
                    .toList();
        }
        return service.sections("upstream").stream()
                .flatMap(server -> server(server).stream())
                .toList();
    }

    private static Optional<Server> server(YamlSection section) {
        Optional<String> url = section.text("url");
        OptionalInt weight = integer(section, "weight", 0, MAX_WEIGHT);
        section.refuseTheRest();
        if (url.isEmpty()) {
            section.report("url", "%s.url is missing: where does the server run?".formatted(section.name()));
        }
        return url.map(written -> new Server(written, weight.orElse(1)));
    }

    private static OptionalInt integer(YamlSection section, String key, int min, int max) {
        return section.value(key, Format.integer(min, max)).stream()
                .mapToInt(Integer::intValue)
                .findFirst();
    }
}
