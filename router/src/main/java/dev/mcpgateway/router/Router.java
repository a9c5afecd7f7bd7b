package dev.mcpgateway.router;

import dev.mcpgateway.router.auth.ForwardAuth;
import dev.mcpgateway.router.auth.VerifyClient;
import dev.mcpgateway.router.certificate.CertificateStore;
import dev.mcpgateway.router.certificate.ChallengeCertificates;
import dev.mcpgateway.router.docker.ContainerWatch;
import dev.mcpgateway.router.docker.DockerApi;
import dev.mcpgateway.router.entrypoint.EntryPoint;
import dev.mcpgateway.router.entrypoint.Handler;
import dev.mcpgateway.router.entrypoint.HttpsRedirect;
import dev.mcpgateway.router.entrypoint.MisdirectedRequests;
import dev.mcpgateway.router.entrypoint.TrustedProxies;
import dev.mcpgateway.router.forward.Forwarder;
import dev.mcpgateway.router.forward.KeepAlive;
import dev.mcpgateway.router.forward.RequestFlow;
import dev.mcpgateway.router.middleware.Middlewares;
import dev.mcpgateway.router.observe.AccessLog;
import dev.mcpgateway.router.observe.CertificateReport;
import dev.mcpgateway.router.observe.LineWriter;
import dev.mcpgateway.router.observe.Management;
import dev.mcpgateway.router.observe.Metrics;
import dev.mcpgateway.router.observe.Observed;
import dev.mcpgateway.router.observe.Observed.Observer;
import dev.mcpgateway.router.observe.Readiness;
import dev.mcpgateway.router.observe.Status;
import dev.mcpgateway.router.observe.Tracing;
import dev.mcpgateway.router.observe.TrafficHistory;
import dev.mcpgateway.router.renewal.CertificateRenewal;
import dev.mcpgateway.router.route.CurrentRoutes;
import dev.mcpgateway.router.route.RouteSource;
import dev.mcpgateway.router.route.RouteTable;
import dev.mcpgateway.router.upstream.LookUp;
import dev.mcpgateway.router.upstream.SessionAffinity;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.Upstreams;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.KnownSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** A running router: an HTTPS entry point, a plain one that redirects to it, and a management listener. */
public final class Router implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CertificateStore certificates;
    private final ForwardAuth auth;
    private final EntryPoint https;
    private final EntryPoint http;
    private final EntryPoint management;
    private final Reload reload;

    private Router(RouterSettings settings) {
        try {
            RouteSource source = new RouteSource(settings.urls, settings.oracle, settings.verify, settings.scripts);
            CurrentRoutes routes =
                    new CurrentRoutes(source.expand(settings.routing.services(), settings.routing.routes(), Set.of()));
            OrderedCertificates ordered =
                    new OrderedCertificates(settings.certificates, settings.ordered, Clock.systemUTC());
            certificates = keep(openCertificates(settings, routes.table(), ordered.shown()));
            certificates.askClientsFor(
                    Middlewares.clientAuthorities(routes.table().middlewares()));
            Middlewares middlewares = new Middlewares(Clock.systemUTC());
            Upstreams upstreams = keep(new Upstreams(
                    settings.upstreamLimits,
                    LookUp.system(),
                    settings.lookUpInterval,
                    SessionAffinity.open(settings.certificates)));
            upstreams.retain(settings.upstreams(settings.routing));
            VerifyClient verify = new VerifyClient(upstreams, settings.verify, settings.verifySecret);
            auth = keep(new ForwardAuth(verify, settings.verifyMaxAge, settings.streamChecks, Clock.systemUTC()))
                    .listen();
            KeepAlive keepAlive = keep(new KeepAlive(settings.streamKeepAlive));
            Handler flow = new RequestFlow(
                    routes,
                    middlewares,
                    auth,
                    new Forwarder(upstreams, keepAlive),
                    settings.verifySecret,
                    settings.limits.bodyBytes());
            reload = new Reload(settings, source, routes, certificates, upstreams, middlewares, Clock.systemUTC());
            settings.docker.ifPresent(place ->
                    keep(ContainerWatch.start(docker(settings, upstreams, place), dockerInterval(settings), reload)));
            Predicate<String> isServed = host -> routes.table().hosts().contains(host);
            Handler traced = settings.traceCollector
                    .map(collector -> keep(Tracing.to(collector)).around(flow))
                    .orElse(flow);
            Handler entry = ordered.before(new MisdirectedRequests(isServed, traced));
            Handler redirect =
                    ordered.before(new HttpsRedirect(isServed, routes.table().publicPort(), traced));
            Readiness readiness = new Readiness(
                    certificates::isReady,
                    () -> upstreams.isReachable(settings.verify),
                    () -> settings.docker.isEmpty() || routes.labels().isPresent());

            Metrics metrics = new Metrics();
            TrafficHistory traffic = new TrafficHistory(Clock.systemUTC());
            List<Observer> observers = observers(settings, metrics, traffic);
            http = keep(EntryPoint.openHttp(
                    settings.http, settings.limits, settings.proxies, new Observed(redirect, observers)));
            https = keep(EntryPoint.openHttps(
                    settings.https, certificates, settings.limits, settings.proxies, new Observed(entry, observers)));
            Optional<CertificateRenewal> renewal = ordered.start(certificates);
            renewal.ifPresent(this::keep);
            CertificateReport certificateReport = new CertificateReport(certificates, renewal);
            Status status = new Status(
                    auth, upstreams, certificateReport, routes, traffic, settings.console, Clock.systemUTC());
            Management handler =
                    new Management(readiness, routes, reload::mayBeVerified, metrics, status, settings.adminToken);
            management = keep(EntryPoint.openHttp(settings.management, settings.limits, TrustedProxies.NONE, handler));
            certificateReport.count(metrics);
            metrics.counter(
                            "gateway_router_verify_reused_total",
                            "Requests that passed by an answer of the verify service to an equal one",
                            auth::reusedAnswers)
                    .gauge(
                            "gateway_router_verify_waiting",
                            "Requests that wait for the verify service's answer to an equal one",
                            auth::waiting)
                    .gauge("gateway_router_open_streams", "Event streams that are open", auth::openStreams)
                    .gauge(
                            "gateway_router_hears_revocations",
                            "1 while the stream of revocations is open, else 0",
                            () -> auth.hearsRevocations() ? 1 : 0);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts the router; it serves when this returns.
     *
     * @throws RuntimeException with a message for people if an address cannot be listened on, or if the folder of
     *     certificates cannot be used; nothing is left running then
     */
    public static Router start(RouterSettings settings) {
        return new Router(settings);
    }

    /** From now on a change of {@code gateway.yaml} in this folder counts within seconds. */
    public void watch(Path folder) {
        keep(FileWatch.start(folder.resolve(GatewayFile.NAME), reload));
    }

    public int httpsPort() {
        return https.port();
    }

    public int httpPort() {
        return http.port();
    }

    public int managementPort() {
        return management.port();
    }

    /** What is told of changes. */
    Reload reload() {
        return reload;
    }

    /** Whether it is told at once when the verify service takes back what it has allowed. */
    public boolean hearsRevocations() {
        return auth.hearsRevocations();
    }

    /** The certificate of the local authority, which clients are to trust. */
    public Path caFile() {
        return certificates.authorityFile();
    }

    /** Lets requests in flight finish for the drain time, then stops. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("A part of the router did not stop", e);
            }
        }
    }

    CertificateStore certificates() {
        return certificates;
    }

    private List<Observer> observers(RouterSettings settings, Metrics metrics, TrafficHistory traffic) {
        if (settings.accessLog.isEmpty()) {
            return List.of(metrics, traffic);
        }
        LineWriter lines = keep(new LineWriter(settings.accessLog.get()));
        metrics.counter(
                "gateway_router_access_log_dropped_total",
                "Lines of the access log that could not be written",
                lines::dropped);
        return List.of(metrics, traffic, new AccessLog(lines, Clock.systemUTC()));
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private static DockerApi docker(RouterSettings settings, Upstreams upstreams, Upstream place) {
        return new DockerApi(
                upstreams,
                place,
                settings.source.get(KnownSettings.DOCKER_API_VERSION),
                settings.source.get(KnownSettings.DOCKER_MAX_ANSWER_BYTES),
                dockerInterval(settings));
    }

    private static Duration dockerInterval(RouterSettings settings) {
        return settings.source.get(KnownSettings.DOCKER_INTERVAL);
    }

    private static CertificateStore openCertificates(
            RouterSettings settings, RouteTable routes, ChallengeCertificates challenges) {
        String issuerHost = settings.urls.issuer().getHost().toLowerCase(Locale.ROOT);
        Set<String> domains = new TreeSet<>(Set.of(settings.urls.baseDomain()));
        if (!issuerHost.equals(settings.urls.baseDomain()) && !issuerHost.endsWith("." + settings.urls.baseDomain())) {
            domains.add(issuerHost);
        }
        return CertificateStore.open(
                settings.certificates, domains, routes.hosts(), issuerHost, challenges, Clock.systemUTC());
    }
}
