package dev.mcpgateway.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registered client.
 *
 * @param secretHash of the client secret; null for a public client
 * @param registrationTokenHash of the token that manages this registration; null if it cannot be managed
 * @param metadata the client metadata as a JSON object, opaque to the store
 * @param expiresAt moves ahead as the client gets grants, so that a used client outlives its last grant
 */
public record RegisteredClient(
        String id,
        @Nullable String secretHash,
        @Nullable String registrationTokenHash,
        String metadata,
        Instant createdAt,
        Instant expiresAt) {}
