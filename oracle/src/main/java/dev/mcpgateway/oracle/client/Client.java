package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.storage.RegisteredClient;
import java.util.Optional;

/** A registered client. */
public record Client(String id, ClientMetadata metadata) {
    /** The client as it was registered. */
    public static Client of(RegisteredClient registered) {
        return new Client(
                registered.id(),
                ClientMetadata.parse(Json.parseObject(registered.metadata(), OAuthError.INVALID_CLIENT_METADATA)));
    }

    /** What it calls itself; nobody has checked it. */
    public String name() {
        return Optional.ofNullable(metadata.clientName()).orElse("An application without a name");
    }
}
