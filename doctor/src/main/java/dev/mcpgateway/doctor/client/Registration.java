package dev.mcpgateway.doctor.client;

import dev.mcpgateway.doctor.web.Answer;
import dev.mcpgateway.doctor.web.Urls;
import dev.mcpgateway.doctor.web.Web;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client that an authorization server registered.
 *
 * @param answer of the registration
 * @param secret null for a public client
 * @param uri where it is managed; null where the server does not offer that
 * @param token for managing it; null where the server does not offer that
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7591">RFC 7591</a>
 */
public record Registration(
        Answer answer,
        String clientId,
        @Nullable String secret,
        @Nullable URI uri,
        @Nullable String token) {
    private static final Map<String, String> JSON =
            Map.of("Content-Type", "application/json", "Accept", "application/json");

    /** Sends the request; what it says may not be a client. */
    public static Answer send(Web web, URI endpoint, String name, List<String> redirectUris) {
        JsonObject metadata = Json.createObjectBuilder()
                .add("client_name", name)
                .add("redirect_uris", Json.createArrayBuilder(redirectUris))
                .add("grant_types", Json.createArrayBuilder(List.of("authorization_code", "refresh_token")))
                .add("response_types", Json.createArrayBuilder(List.of("code")))
                .add("token_endpoint_auth_method", "none")
                .build();
        return web.send("POST", endpoint, JSON, metadata.toString());
    }

    /** Registers as a client does. */
    public static Answer send(Web web, URI endpoint, ClientProfile profile, int port) {
        return send(web, endpoint, "MCP gateway doctor as " + profile.title(), profile.redirectUris(port));
    }

    /** The client, if the answer has one. */
    public static Optional<Registration> of(Answer answer) {
        if (answer.status() != 201 && answer.status() != 200) {
            return Optional.empty();
        }
        return answer.json().filter(json -> text(json, "client_id") != null).map(json -> {
            String uri = text(json, "registration_client_uri");
            return new Registration(
                    answer,
                    Objects.requireNonNull(text(json, "client_id")),
                    text(json, "client_secret"),
                    uri == null ? null : Urls.parse(uri).orElse(null),
                    text(json, "registration_access_token"));
        });
    }

    private static @Nullable String text(JsonObject json, String name) {
        return json.get(name) instanceof JsonString string ? string.getString() : null;
    }

    /** Whether the server lets clients delete themselves (RFC 7592). */
    public boolean isDeletable() {
        return uri != null && token != null;
    }

    /**
     * Deletes it.
     *
     * @param endpoint where it was registered; nothing is sent to another origin than that
     */
    public Answer delete(Web web, URI endpoint) {
        URI managed = Objects.requireNonNull(uri);
        return Urls.isSameOrigin(managed, endpoint)
                ? web.send("DELETE", managed, Map.of("Authorization", "Bearer " + token), "")
                : Answer.none(managed, "not asked: it is on another host than the registration endpoint");
    }
}
