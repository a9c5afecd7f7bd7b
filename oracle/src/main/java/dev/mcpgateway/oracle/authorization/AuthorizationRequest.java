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
 * @param recipient who waits for the answer
 * @param scope space-separated; nothing but what can be granted, or while there is no resource, what was asked for
 * @param resource of one of our services; null if the user is to choose
 */
record AuthorizationRequest(
        String clientId,
        String clientName,
        Recipient recipient,
        String scope,
        @Nullable String resource) {
    /** The request for the service that the person has chosen. */
    AuthorizationRequest withService(ProtectedService chosen) {
        String granted = RequestChecks.granted(chosen.scopes(), scope);
        return new AuthorizationRequest(clientId, clientName, recipient, granted, chosen.resource());
    }

    JsonObject toJson() {
        JsonObjectBuilder json = jakarta.json.Json.createObjectBuilder()
                .add("client_id", clientId)
                .add("client_name", clientName)
                .add("scope", scope);
        if (resource != null) {
            json.add("resource", resource);
        }
        switch (recipient) {
            case Recipient.Redirect(var uri, var state, var codeChallenge) -> {
                json.add("redirect_uri", uri.toString()).add("code_challenge", codeChallenge);
                if (state != null) {
                    json.add("state", state);
                }
            }
            case Recipient.Device(var userCodeHash, var codeHash) ->
                json.add("user_code_hash", userCodeHash).add("device_code_hash", codeHash);
        }
        return json.build();
    }

    /** Reads what {@link #toJson} wrote. */
    static AuthorizationRequest fromJson(JsonObject json) {
        return new AuthorizationRequest(
                json.getString("client_id"),
                json.getString("client_name"),
                recipient(json),
                json.getString("scope"),
                json.getString("resource", null));
    }

    private static Recipient recipient(JsonObject json) {
        return json.containsKey("user_code_hash")
                ? new Recipient.Device(json.getString("user_code_hash"), json.getString("device_code_hash"))
                : new Recipient.Redirect(
                        RedirectUri.parse(json.getString("redirect_uri")),
                        json.getString("state", null),
                        json.getString("code_challenge"));
    }

    /** Reads what {@link #toJson} wrote, as text. */
    static AuthorizationRequest parse(String text) {
        return fromJson(Json.parseObject(text, OAuthError.INVALID_REQUEST));
    }
}
