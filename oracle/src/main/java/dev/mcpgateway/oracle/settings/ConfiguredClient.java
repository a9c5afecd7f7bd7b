package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.settings.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A client that the operator has named in {@code gateway.yaml}.
 *
 * @param metadata as a client that registers itself would send it, as JSON
 * @param secret null if it has none
 * @param rotatesStrictly whether a refresh token that was used is never forgiven
 */
public record ConfiguredClient(
        String id, String metadata, @Nullable Secret secret, boolean rotatesStrictly) {}
