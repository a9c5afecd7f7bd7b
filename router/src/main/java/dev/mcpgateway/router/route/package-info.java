/**
 * Which request goes where.
 *
 * <p>A {@link dev.mcpgateway.router.route.RouteSource} expands the services of {@code gateway.yaml} into
 * {@link dev.mcpgateway.router.route.Route}s: plain data, each with a {@link dev.mcpgateway.router.route.RouteMatcher}
 * and a {@link dev.mcpgateway.router.route.Destination}. A {@link dev.mcpgateway.router.route.RouteReader} makes routes
 * of those that are written out, whose rules the {@link dev.mcpgateway.router.route.RuleParser} reads. The
 * {@link dev.mcpgateway.router.route.RouteTable} finds the first that matches a request;
 * {@link dev.mcpgateway.router.route.CurrentRoutes} holds the table that counts now.
 */
package dev.mcpgateway.router.route;
