/**
 * What operators see. An {@link dev.mcpgateway.router.observe.Observed} handler tells of every exchange that is over:
 * to the {@link dev.mcpgateway.router.observe.AccessLog}, the {@link dev.mcpgateway.router.observe.Metrics} and the
 * {@link dev.mcpgateway.router.observe.TrafficHistory}. The {@link dev.mcpgateway.router.observe.Management} handler,
 * which has a listener of its own, answers health, metrics, routes and the status page.
 */
@JStacheConfig(pathing = @JStachePath(prefix = "dev/mcpgateway/router/observe/", suffix = ".mustache"))
package dev.mcpgateway.router.observe;

import io.jstach.jstache.JStacheConfig;
import io.jstach.jstache.JStachePath;
