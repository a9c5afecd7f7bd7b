package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.storage.RegisteredClient;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client.
 *
 * @param secretHash null if it has no secret
 */
public record Client(
        String id, ClientMetadata metadata, @Nullable String secretHash) {
    /** The client as it was registered. */
    public static Client of(RegisteredClient registered) {
        return new Client(
                registered.id(),
                ClientMetadata.parse(Json.parseObject(registered.metadata(), OAuthError.INVALID_CLIENT_METADATA)),
                registered.secretHash());
    }

    /** What it calls itself; nobody has checked it. */
    public String name() {
        return Optional.ofNullable(metadata.clientName()).orElse("An application without a name");
    }
}
