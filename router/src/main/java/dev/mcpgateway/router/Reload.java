package dev.mcpgateway.router;

import dev.mcpgateway.router.certificate.CertificateStore;
import dev.mcpgateway.router.certificate.CertificateStoreException;
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

/**
 * Lets a changed {@code gateway.yaml} count, all at once: connections, streams and requests in flight go on as they
 * began. One with problems changes nothing, and each of them is named.
 */
final class Reload implements FileWatch.Listener {
    private static final System.Logger LOG = System.getLogger(Reload.class.getName());

    private final RouterSettings settings;
    private final RouteSource source;
    private final CurrentRoutes routes;
    private final CertificateStore certificates;
    private final Upstreams upstreams;
    private final Middlewares middlewares;
    private final Clock clock;
    private RouteSettings counting;

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
    }

    @Override
    public void changed(String text) {
        Problems problems = new Problems();
        GatewayFile file = GatewayFile.parse(text, GatewayFile.NAME, problems);
        Settings changed = settings.source.with(file, problems);
        try {
            RouteSettings routing = RouteSettings.read(changed, settings.fixed);
            if (!problems.isEmpty()) {
                reject(problems.all());
                return;
            }
            if (routing.equals(counting)) {
                routes.replace(routes.table());
                return;
            }
            replace(routing);
            counting = routing;
        } catch (CertificateStoreException e) {
            reject(List.of(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "route event=reload-failed", e);
            reject(List.of("reading it failed; the log says why"));
        }
    }

    @Override
    public void unreadable(String problem) {
        reject(List.of(problem));
    }

    /** Certificates come before the routes that need them, and upstreams go after the routes that needed them. */
    private void replace(RouteSettings routing) {
        RouteTable table = source.expand(routing.services(), routing.routes());
        certificates.use(table.hosts());
        routes.replace(table);
        upstreams.retain(settings.upstreams(routing));
        middlewares.retain(table.all().stream()
                .flatMap(route -> route.middlewares().stream())
                .toList());
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
