package dev.mcpgateway.router.route;

/**
 * One row of the route table.
 *
 * @param name for logs and people; unique
 */
public record Route(String name, RouteMatcher matcher, Destination destination) {}
