package dev.mcpgateway.router.route;

import dev.mcpgateway.router.middleware.Middleware;
import dev.mcpgateway.router.upstream.Upstream;
import java.util.List;
import java.util.stream.Stream;

/**
 * One row of the route table.
 *
 * @param name for logs and people; unique
 * @param priority the highest is tried first; of equals, the one that was written first
 * @param middlewares in the order in which they act
 */
public record Route(
        String name, RouteMatcher matcher, int priority, Destination destination, List<Middleware> middlewares) {
    public Route {
        middlewares = List.copyOf(middlewares);
    }

    /** Where its requests go, if anywhere. */
    public Stream<Upstream> upstream() {
        return switch (destination) {
            case Destination.Nowhere _ -> Stream.empty();
            case Destination.Public(var upstream, var _) -> Stream.of(upstream);
            case Destination.Guarded(var _, var upstream, var _, var _) -> Stream.of(upstream);
            case Destination.Open(var _, var upstream, var _, var _) -> Stream.of(upstream);
        };
    }

    /** With the length of its rule as priority and without middlewares. */
    static Route of(String name, RouteMatcher matcher, Destination destination) {
        return new Route(name, matcher, matcher.rule().length(), destination, List.of());
    }
}
