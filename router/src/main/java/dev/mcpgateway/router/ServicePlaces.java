package dev.mcpgateway.router;

import dev.mcpgateway.router.entrypoint.RequestTarget;
import dev.mcpgateway.router.route.Destination;
import dev.mcpgateway.router.route.Route;
import dev.mcpgateway.router.route.RouteMatcher;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.PublicUrls;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Where the services of a file are, for which alone our authorization server issues tokens and admits requests.
 *
 * @param urls one for each service
 */
record ServicePlaces(List<URI> urls) {
    ServicePlaces {
        urls = List.copyOf(urls);
    }

    static ServicePlaces of(GatewayFile file, PublicUrls urls) {
        return new ServicePlaces(file.services().stream()
                .map(service -> urls.service(service.name()))
                .toList());
    }

    /** Whether some service is at this address. */
    boolean contain(RequestTarget target) {
        return urls.stream()
                .anyMatch(url ->
                        host(url).equals(target.host()) && RouteMatcher.isPrefix(url.getRawPath(), target.path()));
    }

    /** Whether verify is asked about requests of this route though none of its hosts has a service. */
    boolean shutOut(Route route) {
        return route.destination() instanceof Destination.Guarded
                && route.matcher()
                        .hosts()
                        .filter(hosts -> urls.stream().map(ServicePlaces::host).noneMatch(hosts::contains))
                        .isPresent();
    }

    private static String host(URI url) {
        return url.getHost().toLowerCase(Locale.ROOT);
    }
}
