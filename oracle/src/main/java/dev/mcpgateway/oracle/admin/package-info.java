/**
 * What operators use: {@link dev.mcpgateway.oracle.admin.HealthEndpoint} says whether this process and its store work,
 * {@link dev.mcpgateway.oracle.admin.AdminEndpoint} shows clients, grants and settings and revokes, behind
 * {@link dev.mcpgateway.oracle.admin.AdminGuard}.
 */
package dev.mcpgateway.oracle.admin;
