package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.Sealer;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Authorization requests that clients have sent ahead. Nothing is stored: the request travels sealed inside of its
 * {@code request_uri}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9126#section-2.2">RFC 9126, section 2.2</a>
 */
public final class PushedRequests {
    /** How long the browser may take to bring it. */
    static final Duration LIFETIME = Duration.ofSeconds(90);

    private static final String URN = "urn:ietf:params:oauth:request_uri:";

    /** So that URLs with it fit into what servers and proxies take. */
    private static final int MAX_LENGTH = 6_000;

    private final Sealer sealer;
    private final Clock clock;

    public PushedRequests(Sealer sealer, Clock clock) {
        this.sealer = sealer;
        this.clock = clock;
    }

    /** The request's URI; empty if the request is too long to travel like this. */
    Optional<String> push(AuthorizationRequest request) {
        String json = jakarta.json.Json.createObjectBuilder()
                .add("request", request.toJson())
                .add("expires", clock.instant().plus(LIFETIME).toEpochMilli())
                .build()
                .toString();
        return Optional.of(URN + sealer.seal(json.getBytes(StandardCharsets.UTF_8)))
                .filter(uri -> uri.length() <= MAX_LENGTH);
    }

    /** Whether it says that it was pushed. */
    static boolean isPushed(String requestUri) {
        return requestUri.startsWith(URN);
    }

    /** The request that this client has pushed; empty if it is not one of ours, another client's, or too old. */
    Optional<AuthorizationRequest> find(String requestUri, String clientId) {
        return sealer.open(requestUri.substring(URN.length()))
                .map(bytes -> Json.parseObject(new String(bytes, StandardCharsets.UTF_8), OAuthError.INVALID_REQUEST))
                .filter(this::isCurrent)
                .map(json -> AuthorizationRequest.fromJson(json.getJsonObject("request")))
                .filter(request -> request.clientId().equals(clientId));
    }

    private boolean isCurrent(JsonObject pushed) {
        return clock.instant()
                .isBefore(Instant.ofEpochMilli(pushed.getJsonNumber("expires").longValueExact()));
    }
}
