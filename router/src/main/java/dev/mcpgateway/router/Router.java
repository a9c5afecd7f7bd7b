package dev.mcpgateway.router;

import dev.mcpgateway.router.auth.ForwardAuth;
import dev.mcpgateway.router.auth.VerifyClient;
import dev.mcpgateway.router.certificate.CertificateStore;
import dev.mcpgateway.router.entrypoint.EntryPoint;
import dev.mcpgateway.router.entrypoint.Handler;
import dev.mcpgateway.router.entrypoint.HttpsRedirect;
import dev.mcpgateway.router.entrypoint.MisdirectedRequests;
import dev.mcpgateway.router.entrypoint.TrustedProxies;
import dev.mcpgateway.router.forward.Forwarder;
import dev.mcpgateway.router.forward.RequestFlow;
import dev.mcpgateway.router.observe.AccessLog;
import dev.mcpgateway.router.observe.Management;
import dev.mcpgateway.router.observe.Readiness;
import dev.mcpgateway.router.route.RouteSource;
import dev.mcpgateway.router.route.RouteTable;
import dev.mcpgateway.router.upstream.UpstreamClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** A running router: an HTTPS entry point, a plain one that redirects to it, and a management listener. */
public final class Router implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CertificateStore certificates;
    private final EntryPoint https;
    private final EntryPoint http;
    private final EntryPoint management;

    private Router(RouterSettings settings) {
        try {
            RouteTable routes = new RouteSource(settings.urls, settings.oracle, settings.verify, settings.scripts)
                    .expand(settings.services);
            certificates = keep(openCertificates(settings, routes));
            UpstreamClient client = keep(new UpstreamClient(settings.upstreamLimits));
            ForwardAuth auth = new ForwardAuth(new VerifyClient(client, settings.verify, settings.verifySecret));
            Handler flow = new RequestFlow(
                    routes, auth, new Forwarder(client), settings.verifySecret, settings.limits.bodyBytes());
            Handler entry = new MisdirectedRequests(routes.hosts()::contains, flow);
            Handler redirect = new HttpsRedirect(routes.hosts(), routes.publicPort(), flow);
            Readiness readiness = new Readiness(certificates::isReady, settings.verify.endpoint());

            http = keep(EntryPoint.openHttp(settings.http, settings.limits, settings.proxies, new AccessLog(redirect)));
            https = keep(EntryPoint.openHttps(
                    settings.https, certificates::tls, settings.limits, settings.proxies, new AccessLog(entry)));
            management = keep(EntryPoint.openHttp(
                    settings.management,
                    settings.limits,
                    TrustedProxies.NONE,
                    new Management(readiness, routes, settings.adminToken)));
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

    public int httpsPort() {
        return https.port();
    }

    public int httpPort() {
        return http.port();
    }

    public int managementPort() {
        return management.port();
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

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private static CertificateStore openCertificates(RouterSettings settings, RouteTable routes) {
        String issuerHost = settings.urls.issuer().getHost().toLowerCase(Locale.ROOT);
        Set<String> domains = new TreeSet<>(Set.of(settings.urls.baseDomain()));
        if (!issuerHost.equals(settings.urls.baseDomain()) && !issuerHost.endsWith("." + settings.urls.baseDomain())) {
            domains.add(issuerHost);
        }
        return CertificateStore.open(settings.certificates, domains, routes.hosts(), issuerHost, Clock.systemUTC());
    }
}
