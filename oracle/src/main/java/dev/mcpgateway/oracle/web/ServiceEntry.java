package dev.mcpgateway.oracle.web;

/**
 * A service as people see it.
 *
 * @param resource the URL that clients connect to
 */
public record ServiceEntry(String name, String resource) {}
