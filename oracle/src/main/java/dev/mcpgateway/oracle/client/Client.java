package dev.mcpgateway.oracle.client;

/** A registered client that has proven who it is, as far as its kind can. */
public record Client(String id) {}
