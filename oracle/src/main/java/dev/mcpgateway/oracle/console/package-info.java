/**
 * {@code /console} on the management listener: what the oracle knows, for operators in a browser, and what they can do
 * about it. {@link dev.mcpgateway.oracle.console.ConsoleGuard} lets them in and looks at each form; the endpoints show
 * {@link dev.mcpgateway.oracle.console.ConsolePage}s and do what {@code /admin} does. It is complete without a script.
 */
@JStacheConfig(pathing = @JStachePath(prefix = "dev/mcpgateway/oracle/", suffix = ".mustache"))
package dev.mcpgateway.oracle.console;

import io.jstach.jstache.JStacheConfig;
import io.jstach.jstache.JStachePath;
