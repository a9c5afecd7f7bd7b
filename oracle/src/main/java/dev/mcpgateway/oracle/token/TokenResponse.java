package dev.mcpgateway.oracle.token;

import dev.mcpgateway.settings.Secret;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;

/**
 * A successful answer of the token endpoint.
 *
 * @param lifetime of the access token
 * @param scope of the access token
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.1">RFC 6749, section 5.1</a>
 */
record TokenResponse(Secret accessToken, Duration lifetime, Secret refreshToken, String scope) {
    JsonObject toJson() {
        return Json.createObjectBuilder()
                .add("access_token", accessToken.reveal())
                .add("token_type", "Bearer")
                .add("expires_in", lifetime.toSeconds())
                .add("refresh_token", refreshToken.reveal())
                .add("scope", scope)
                .build();
    }
}
