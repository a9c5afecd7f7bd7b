/**
 * Wires the router: {@link dev.mcpgateway.router.RouterSettings} are read, {@link dev.mcpgateway.router.Router} starts
 * its parts, and {@link dev.mcpgateway.router.RouterMain} is the program around them.
 *
 * <p>A request goes {@code EntryPoint -> RequestTarget -> RouteTable -> Cors -> ForwardAuth -> Forwarder}; all of these
 * steps are in {@code RequestFlow}.
 */
package dev.mcpgateway.router;
