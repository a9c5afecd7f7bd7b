package dev.mcpgateway.oracle.client;

import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.RegisteredClient;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told about its registration. Its secret is shown when it is made and never again, because only its
 * hash is kept.
 *
 * @param secret null if it has none, or it is not new
 * @param registrationToken lets the client manage its registration
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1">RFC 7591, section 3.2.1</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7592#section-3">RFC 7592, section 3</a>
 */
record ClientInformation(
        RegisteredClient client,
        JsonObject metadata,
        @Nullable Secret secret,
        Secret registrationToken) {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    void send(ServerResponse response, Status status, URI issuer) {
        response.status(status)
                .header(NO_STORE)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(toJson(issuer).toString());
    }

    private JsonObject toJson(URI issuer) {
        JsonObjectBuilder answer = Json.createObjectBuilder()
                .add("client_id", client.id())
                .add("client_id_issued_at", client.createdAt().getEpochSecond())
                .add("registration_client_uri", issuer + ClientRegistrationEndpoint.PATH + "/" + client.id())
                .add("registration_access_token", registrationToken.reveal());
        if (secret != null) {
            answer.add("client_secret", secret.reveal());
        }
        if (client.secretHash() != null) {
            answer.add("client_secret_expires_at", 0);
        }
        return answer.addAll(Json.createObjectBuilder(metadata)).build();
    }
}
