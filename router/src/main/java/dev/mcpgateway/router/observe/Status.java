package dev.mcpgateway.router.observe;

import dev.mcpgateway.router.auth.ForwardAuth;
import dev.mcpgateway.router.route.CurrentRoutes;
import dev.mcpgateway.router.upstream.Upstreams;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;

/**
 * How the router is, as its parts tell it.
 *
 * @param console where the oracle's console is; empty if that is not known
 */
public record Status(
        ForwardAuth auth,
        Upstreams upstreams,
        CertificateReport certificates,
        CurrentRoutes routes,
        TrafficHistory traffic,
        Optional<URI> console,
        Clock clock) {
    /** A page for a browser. */
    StatusPage page() {
        return StatusPage.of(
                clock.instant(),
                console.map(URI::toString).orElse(""),
                auth.hearsRevocations(),
                auth.openStreams(),
                upstreams.status(),
                certificates.rows(clock.instant()),
                certificates.problems(),
                routes.table().all(),
                traffic.minutes());
    }
}
