package dev.mcpgateway.router.docker;

import dev.mcpgateway.settings.MiddlewareEntry;
import dev.mcpgateway.settings.RouteEntry;
import dev.mcpgateway.settings.ServiceUpstream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What labels say, as {@code gateway.yaml} would say it.
 *
 * @param services servers of services that {@code gateway.yaml} names without an upstream
 * @param upstreams by the name that routes give where {@code gateway.yaml} has a URL
 * @param middlewares that routes use; those of {@code gateway.yaml} among them
 * @param notes whatever does not count and what counts in another way, each as a sentence
 */
public record LabelledRoutes(
        Map<String, List<ServiceUpstream.Server>> services,
        Map<String, ServiceUpstream> upstreams,
        List<RouteEntry> routes,
        Map<String, MiddlewareEntry> middlewares,
        List<String> notes) {
    public LabelledRoutes {
        services = new LinkedHashMap<>(services);
        upstreams = new LinkedHashMap<>(upstreams);
        routes = List.copyOf(routes);
        middlewares = new LinkedHashMap<>(middlewares);
        notes = List.copyOf(notes);
    }
}
