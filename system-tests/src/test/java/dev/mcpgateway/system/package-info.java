/**
 * The packaged gateway, seen from outside.
 *
 * <p>{@link dev.mcpgateway.system.Gateway} runs {@code ops/quickstart} as a process. A test is a
 * {@link dev.mcpgateway.system.Client}, which speaks OAuth and MCP over {@link dev.mcpgateway.system.Web}, and a
 * {@link dev.mcpgateway.system.User}, who reads the pages and signs in. None of them knows a class of the gateway.
 */
@NullMarked
package dev.mcpgateway.system;

import org.jspecify.annotations.NullMarked;
