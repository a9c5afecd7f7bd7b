/**
 * What operators use: {@link dev.mcpgateway.oracle.admin.HealthEndpoint} says whether this process and its store work,
 * {@link dev.mcpgateway.oracle.admin.AdminEndpoint} shows clients, grants and settings and revokes, behind
 * {@link dev.mcpgateway.oracle.admin.AdminGuard}. {@link dev.mcpgateway.oracle.admin.Revocations},
 * {@link dev.mcpgateway.oracle.admin.GrantSearch} and {@link dev.mcpgateway.oracle.admin.ConfigDocument} are also what
 * the console does and shows.
 */
package dev.mcpgateway.oracle.admin;
