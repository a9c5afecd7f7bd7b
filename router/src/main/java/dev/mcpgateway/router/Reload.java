package dev.mcpgateway.router;

import dev.mcpgateway.router.certificate.CertificateStore;
import dev.mcpgateway.router.certificate.CertificateStoreException;
import dev.mcpgateway.router.docker.Container;
import dev.mcpgateway.router.docker.ContainerWatch;
import dev.mcpgateway.router.entrypoint.RequestTarget;
import dev.mcpgateway.router.middleware.Middlewares;
import dev.mcpgateway.router.route.CurrentRoutes;
import dev.mcpgateway.router.route.RouteSource;
import dev.mcpgateway.router.route.RouteTable;
import dev.mcpgateway.router.upstream.Upstreams;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Settings;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Lets a changed {@code gateway.yaml} count, and changed labels of containers, all at once: connections, streams and
 * requests in flight go on as they began. A file with problems changes nothing, and each of them is named; of labels,
 * all counts that can. Two threads tell it, one at a time.
 */
final class Reload implements FileWatch.Listener, ContainerWatch.Listener {
    private static final System.Logger LOG = System.getLogger(Reload.class.getName());

    private final RouterSettings settings;
    private final RouteSource source;
    private final CurrentRoutes routes;
    private final CertificateStore certificates;
    private final Upstreams upstreams;
    private final Middlewares middlewares;
    private final Clock clock;
    private RouteSettings counting;
    /** With the file that counts. */
    private Settings current;

    private List<Container> containers = List.of();

    Reload(
            RouterSettings settings,
            RouteSource source,
            CurrentRoutes routes,
            CertificateStore certificates,
            Upstreams upstreams,
            Middlewares middlewares,
            Clock clock) {
        this.settings = settings;
        this.source = source;
        this.routes = routes;
        this.certificates = certificates;
        this.upstreams = upstreams;
        this.middlewares = middlewares;
        this.clock = clock;
        this.counting = settings.routing;
        this.current = settings.source;
        sayWhoIsShutOut(counting, current);
    }

    /** Whether our authorization server knows a service at this address; as far as we know if verify is another's. */
    synchronized boolean mayBeVerified(RequestTarget target) {
        return !settings.verifiedByOracle
                || ServicePlaces.of(current.file(), settings.urls).contain(target);
    }

    private void sayWhoIsShutOut(RouteSettings routing, Settings read) {
        if (!settings.verifiedByOracle) {
            return;
        }
        ServicePlaces places = ServicePlaces.of(read.file(), settings.urls);
        routing.routes().stream()
                .filter(places::shutOut)
                .forEach(route -> LOG.log(
                        Level.WARNING,
                        "route event=shut-out route={0}; gateway.yaml names no service on its hosts, so the"
                                + " authorization server allows nobody there (403). Use a service''s own URL, or auth: none",
                        route.name()));
    }

    @Override
    public synchronized void changed(String text) {
        Problems problems = new Problems();
        try {
            GatewayFile file = GatewayFile.parse(text, GatewayFile.NAME, problems);
            Settings changed = settings.source.with(file, problems);
            RouteSettings routing = RouteSettings.read(changed, settings.fixed, containers);
            if (!problems.isEmpty()) {
                reject(problems.all());
                return;
            }
            if (routing.equals(counting)) {
                routes.replace(routes.table());
            } else {
                replace(routing);
                sayWhoIsShutOut(routing, changed);
            }
            current = changed;
            routes.labels().ifPresent(labels -> report(labels.problem(), routing.notes()));
        } catch (CertificateStoreException e) {
            reject(List.of(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "route event=reload-failed", e);
            reject(List.of("reading it failed; the log says why"));
        }
    }

    @Override
    public synchronized void unreadable(String problem) {
        reject(List.of(problem));
    }

    @Override
    public synchronized void listed(List<Container> running) {
        Optional<CurrentRoutes.Rejection> rejection = routes.rejection();
        if (running.equals(containers) && routes.labels().isPresent()) {
            report("", counting.notes());
            return;
        }
        try {
            Problems problems = new Problems();
            RouteSettings routing = RouteSettings.read(current.with(current.file(), problems), settings.fixed, running);
            if (!problems.isEmpty()) {
                unknown("gateway.yaml, read again beside labels: " + String.join("; ", problems.all()));
                return;
            }
            containers = running;
            if (!routing.equals(counting)) {
                replace(routing);
                sayWhoIsShutOut(routing, current);
                rejection.ifPresent(routes::reject); // the file's problems are still there
            }
            report("", routing.notes());
        } catch (CertificateStoreException e) {
            unknown(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "route event=labels-failed", e);
            unknown("reading labels failed; the log says why");
        }
    }

    @Override
    public synchronized void unknown(String problem) {
        report(problem, counting.notes());
    }

    /** Each sentence is said once, for as long as it holds. */
    private void report(String problem, List<String> notes) {
        CurrentRoutes.LabelReport before = routes.labels().orElse(new CurrentRoutes.LabelReport("", List.of()));
        notes.stream()
                .filter(note -> !before.notes().contains(note))
                .forEach(note -> LOG.log(Level.WARNING, "docker event=label {0}", note));
        if (!problem.isEmpty() && !problem.equals(before.problem())) {
            LOG.log(Level.WARNING, "docker event=unknown; the containers known last count: {0}", problem);
        } else if (problem.isEmpty() && !before.problem().isEmpty()) {
            LOG.log(Level.INFO, "docker event=known");
        }
        routes.report(new CurrentRoutes.LabelReport(problem, notes));
    }

    /** Certificates come before the routes that need them, and upstreams go after the routes that needed them. */
    private void replace(RouteSettings routing) {
        RouteTable table = source.expand(routing.services(), routing.routes(), routing.labelledHosts());
        certificates.use(table.hosts());
        certificates.askClientsFor(Middlewares.clientAuthorities(table.middlewares()));
        routes.replace(table);
        counting = routing;
        upstreams.retain(settings.upstreams(routing));
        middlewares.retain(table.middlewares());
        LOG.log(
                Level.INFO,
                "route event=replaced services={0} routes={1}; changed settings count at the next start",
                routing.services().size(),
                routing.routes().size());
    }

    private void reject(List<String> problems) {
        routes.reject(new CurrentRoutes.Rejection(clock.instant(), problems));
        problems.forEach(
                problem -> LOG.log(Level.WARNING, "route event=rejected; what was before counts: {0}", problem));
    }
}
