/**
 * What is done to a request and its answer on the way: {@link dev.mcpgateway.router.middleware.HeaderPolicy} decides
 * which header fields pass, {@link dev.mcpgateway.router.middleware.Cors} lets scripts of admitted origins in and turns
 * others away, {@link dev.mcpgateway.router.middleware.SecurityHeaders} tells browsers to be careful.
 */
package dev.mcpgateway.router.middleware;
