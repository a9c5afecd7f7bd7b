package dev.mcpgateway.oracle.token;

import dev.mcpgateway.settings.Secret;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A successful answer of the token endpoint.
 *
 * @param lifetime of the access token
 * @param refreshToken null where the client simply asks again
 * @param scope of the access token
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.1">RFC 6749, section 5.1</a>
 */
record TokenResponse(
        Secret accessToken, Duration lifetime, @Nullable Secret refreshToken, String scope) {
    JsonObject toJson() {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("access_token", accessToken.reveal())
                .add("token_type", "Bearer")
                .add("expires_in", lifetime.toSeconds())
                .add("scope", scope);
        if (refreshToken != null) {
            json.add("refresh_token", refreshToken.reveal());
        }
        return json.build();
    }
}
