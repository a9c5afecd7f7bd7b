/**
 * A Model Context Protocol server with three tools, to see a gateway in front of it work.
 *
 * <p>{@link dev.mcpgateway.demo.DemoServer} listens; {@code McpEndpoint} speaks the Streamable HTTP transport: it reads
 * one {@code Message} per {@code POST}, finds its {@code Session}, lets a {@code Tool} work and answers in JSON, or on
 * an {@code EventStream} where the client asked for progress. It speaks the protocol versions that have sessions;
 * batches, which only the oldest of them knows, are refused in words.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports">MCP, Streamable HTTP</a>
 */
package dev.mcpgateway.demo;
