package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.client.RedirectUri;
import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.settings.ProtectedService;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What a client asked for, checked.
 *
 * @param redirectUri registered by the client
 * @param state as the client sent it; null if it sent none
 * @param codeChallenge of method S256
 * @param scope space-separated; nothing but what can be granted, or while there is no resource, what was asked for
 * @param resource of one of our services; null if the user is to choose
 */
record AuthorizationRequest(
        String clientId,
        String clientName,
        RedirectUri redirectUri,
        @Nullable String state,
        String codeChallenge,
        String scope,
        @Nullable String resource) {
    /** The request for the service that the person has chosen. */
    AuthorizationRequest withService(ProtectedService chosen) {
        String granted = RequestChecks.granted(chosen.scopes(), scope);
        return new AuthorizationRequest(
                clientId, clientName, redirectUri, state, codeChallenge, granted, chosen.resource());
    }

    JsonObject toJson() {
        JsonObjectBuilder json = jakarta.json.Json.createObjectBuilder()
                .add("client_id", clientId)
                .add("client_name", clientName)
                .add("redirect_uri", redirectUri.toString())
                .add("code_challenge", codeChallenge)
                .add("scope", scope);
        if (state != null) {
            json.add("state", state);
        }
        if (resource != null) {
            json.add("resource", resource);
        }
        return json.build();
    }

    /** Reads what {@link #toJson} wrote. */
    static AuthorizationRequest fromJson(JsonObject json) {
        return new AuthorizationRequest(
                json.getString("client_id"),
                json.getString("client_name"),
                RedirectUri.parse(json.getString("redirect_uri")),
                json.getString("state", null),
                json.getString("code_challenge"),
                json.getString("scope"),
                json.getString("resource", null));
    }

    /** Reads what {@link #toJson} wrote, as text. */
    static AuthorizationRequest parse(String text) {
        return fromJson(Json.parseObject(text, OAuthError.INVALID_REQUEST));
    }
}
