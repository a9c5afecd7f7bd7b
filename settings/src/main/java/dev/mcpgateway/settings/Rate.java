package dev.mcpgateway.settings;

import java.time.Duration;

/**
 * So many in a time, such as {@code 600/1m}.
 *
 * @param count 0 for no limit
 */
public record Rate(int count, Duration period) {}
