package dev.mcpgateway.oracle.admin;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.jwt.SigningKeys;
import dev.mcpgateway.oracle.jwt.SigningKeys.Description;
import dev.mcpgateway.oracle.key.KeyRing;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.Locale;
import java.util.Map;

/** {@code /admin/keys}: the keys that sign tokens, without what is secret of them. */
public final class KeysEndpoint implements HttpService {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");
    private static final String KEY_ID = "kid";

    private final SigningKeys keys;
    private final SecurityEvents events;

    public KeysEndpoint(SigningKeys keys, SecurityEvents events) {
        this.keys = keys;
        this.events = events;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/admin/keys", (_, response) -> send(response, Status.OK_200, list()))
                .post("/admin/keys/rotate", (_, response) -> rotate(response))
                .post("/admin/keys/{kid}/withdraw", this::withdraw);
    }

    private void rotate(ServerResponse response) {
        rotate(keys, events);
        send(response, Status.OK_200, list());
    }

    /**
     * Makes the next key.
     *
     * @throws OAuthException if that is not to be done now
     */
    public static void rotate(SigningKeys keys, SecurityEvents events) {
        if (keys.isGiven()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST,
                    "the signing key is the operator's own: give another one in JWT_PRIVATE_KEY_B64 or private_key.pem,"
                            + " and restart the oracles");
        }
        if (!keys.rotate()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST,
                    "a next key is there already and signs once it was published for a while");
        }
        events.record("key.rotated", Map.of("by", "operator"));
    }

    private void withdraw(ServerRequest request, ServerResponse response) {
        String keyId = request.path().pathParameters().get(KEY_ID);
        if (!keys.withdraw(keyId)) {
            send(
                    response,
                    Status.NOT_FOUND_404,
                    Json.createObjectBuilder()
                            .add("error", "not_found")
                            .add("error_description", "there is no signing key of this id")
                            .build());
            return;
        }
        events.warn("key.withdrawn", Map.of(KEY_ID, keyId));
        send(response, Status.OK_200, list());
    }

    private JsonObject list() {
        JsonArrayBuilder all = Json.createArrayBuilder();
        keys.describe().forEach(key -> all.add(describe(key)));
        return Json.createObjectBuilder().add("keys", all).build();
    }

    private static JsonObjectBuilder describe(Description description) {
        KeyRing.Description key = description.key();
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add(KEY_ID, key.id())
                .add("alg", description.algorithm().name())
                .add("state", key.state().name().toLowerCase(Locale.ROOT))
                .add("created_at", key.createdAt().toString())
                .add("signs_from", key.currentFrom().toString());
        if (key.until() != null) {
            json.add("deleted_at", key.until().toString());
        }
        return json;
    }

    private static void send(ServerResponse response, Status status, JsonObject json) {
        response.status(status)
                .header(NO_STORE)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(json.toString());
    }
}
