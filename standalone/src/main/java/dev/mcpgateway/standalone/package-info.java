/**
 * The quick start: {@link dev.mcpgateway.standalone.QuickStart} runs router, oracle, embedded storage and the demo MCP
 * server in one JVM on loopback. The parts talk HTTP to each other as they do in containers.
 * {@link dev.mcpgateway.standalone.ConfigValidate} checks settings without starting anything. The local sign-in lives
 * in {@code dev.mcpgateway.standalone.signin}.
 */
package dev.mcpgateway.standalone;
