package dev.mcpgateway.settings;

import org.jspecify.annotations.Nullable;

/**
 * One row of the table of settings.
 *
 * @param name of the environment variable, and the key below {@code settings:} in {@code gateway.yaml}
 * @param fallback the default as a person would write it; null if there is none
 * @param description one sentence for the reference
 */
public record Setting<T>(
        String name,
        Owner owner,
        Format<T> format,
        @Nullable String fallback,
        String description) {}
