package dev.mcpgateway.oracle.settings;

/**
 * Where to listen.
 *
 * @param address an IP address
 * @param port 0 picks a free one
 */
public record Listener(String address, int port) {}
