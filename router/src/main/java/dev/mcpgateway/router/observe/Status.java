package dev.mcpgateway.router.observe;

import dev.mcpgateway.router.auth.ForwardAuth;
import dev.mcpgateway.router.route.CurrentRoutes;
import dev.mcpgateway.router.upstream.Upstreams;
import java.time.Clock;

/** How the router is, as its parts tell it. */
public record Status(
        ForwardAuth auth,
        Upstreams upstreams,
        CertificateReport certificates,
        CurrentRoutes routes,
        TrafficHistory traffic,
        Clock clock) {
    /** A page for a browser. */
    StatusPage page() {
        return StatusPage.of(
                clock.instant(),
                auth.hearsRevocations(),
                auth.openStreams(),
                upstreams.status(),
                certificates.rows(clock.instant()),
                certificates.problems(),
                routes.table().all(),
                traffic.minutes());
    }
}
