package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.storage.RegisteredClient;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client.
 *
 * @param secretHash null if it has no secret
 * @param origin where it is known from
 * @param rotatesStrictly whether a refresh token that was used is never forgiven
 */
public record Client(
        String id, ClientMetadata metadata, @Nullable String secretHash, Origin origin, boolean rotatesStrictly) {
    /** Where a client is known from. */
    public enum Origin {
        /** It has registered itself; nobody has checked what it says. */
        REGISTERED,
        /** Its operator has named it in {@code gateway.yaml}. */
        CONFIGURED,
        /** Its id is the address of what it says about itself, so whoever owns that host has said it. */
        PUBLISHED
    }

    /** The client as it was registered. */
    static Client of(RegisteredClient registered, boolean rotatesStrictly) {
        return new Client(
                registered.id(),
                ClientMetadata.parse(Json.parseObject(registered.metadata(), OAuthError.INVALID_CLIENT_METADATA)),
                registered.secretHash(),
                Origin.REGISTERED,
                rotatesStrictly);
    }

    /** What it calls itself. */
    public String name() {
        return Optional.ofNullable(metadata.clientName()).orElse("An application without a name");
    }

    /** The host that a {@linkplain Origin#PUBLISHED published} client's id names. */
    public String host() {
        return URI.create(id).getHost();
    }

    /** Whether nobody else can act as this client. */
    public boolean isConfidential() {
        return !metadata.authenticationMethod().equals(ClientMetadata.NO_AUTHENTICATION);
    }

    /** @throws OAuthException {@code unauthorized_client} unless it may use this grant type */
    public void requireGrantType(String grantType) {
        if (!metadata.grantTypes().contains(grantType)) {
            throw new OAuthException(
                    OAuthError.UNAUTHORIZED_CLIENT, "the client is not registered for grant_type " + grantType);
        }
    }
}
