/**
 * Which request goes where.
 *
 * <p>A {@link dev.mcpgateway.router.route.RouteSource} expands the services of {@code gateway.yaml} into
 * {@link dev.mcpgateway.router.route.Route}s: plain data, each with a {@link dev.mcpgateway.router.route.RouteMatcher}
 * and a {@link dev.mcpgateway.router.route.Destination}. The {@link dev.mcpgateway.router.route.RouteTable} finds the
 * first that matches a request.
 */
package dev.mcpgateway.router.route;
