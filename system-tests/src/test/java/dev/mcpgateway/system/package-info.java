/**
 * The packaged gateway, seen from outside.
 *
 * <p>{@link dev.mcpgateway.system.Deployment} runs router, oracles and an MCP server, each as a
 * {@link dev.mcpgateway.system.ServiceProcess}, and stands in for GitHub; {@link dev.mcpgateway.system.Gateway} runs
 * {@code ops/quickstart}, where people sign in locally; {@link dev.mcpgateway.system.OracleBehindProxy} is for an
 * {@link dev.mcpgateway.system.OtherProxy}, nginx or Caddy. Tests that are for every store are contracts, and a
 * subclass for each store says where it is. A test is a {@link dev.mcpgateway.system.Client}, which speaks OAuth and
 * MCP over {@link dev.mcpgateway.system.Web}, and a {@link dev.mcpgateway.system.User}, who reads the pages and signs
 * in; {@link dev.mcpgateway.system.Traffic} is several of both while parts are killed. None of them knows a class of
 * the gateway.
 */
@NullMarked
package dev.mcpgateway.system;

import org.jspecify.annotations.NullMarked;
