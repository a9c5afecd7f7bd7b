package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.Sealer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * What the consent page's form carries, sealed: the request, and the browser that it was shown to. A form that another
 * site makes up, or that was shown in another browser, is worth nothing.
 *
 * @param browserHash of the browser's cookie
 * @param expiresAt exclusive
 */
record ConsentForm(AuthorizationRequest request, String browserHash, Instant expiresAt) {
    String seal(Sealer sealer) {
        String json = jakarta.json.Json.createObjectBuilder()
                .add("request", request.toJson())
                .add("browser", browserHash)
                .add("expires", expiresAt.toEpochMilli())
                .build()
                .toString();
        return sealer.seal(json.getBytes(StandardCharsets.UTF_8));
    }

    /** Empty for whatever {@link #seal} did not make. */
    static Optional<ConsentForm> open(String sealed, Sealer sealer) {
        return sealer.open(sealed)
                .map(bytes -> Json.parseObject(new String(bytes, StandardCharsets.UTF_8), OAuthError.INVALID_REQUEST))
                .map(json -> new ConsentForm(
                        AuthorizationRequest.fromJson(json.getJsonObject("request")),
                        json.getString("browser"),
                        Instant.ofEpochMilli(json.getJsonNumber("expires").longValueExact())));
    }
}
