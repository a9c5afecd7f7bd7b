package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.storage.ClientStore;
import dev.mcpgateway.storage.RegisteredClient;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /register}: open registration of clients. One that never gets a grant is forgotten soon.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7591#section-3">RFC 7591, section 3</a>
 */
public final class ClientRegistrationEndpoint implements HttpService {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");
    private static final int ID_BYTES = 16;
    private static final int SECRET_BYTES = 32;

    private final ClientStore clients;
    private final Duration unusedLifetime;
    private final SecureTokens random;
    private final Clock clock;

    /** @param unusedLifetime how long a client is kept that gets no grant */
    public ClientRegistrationEndpoint(ClientStore clients, Duration unusedLifetime, SecureTokens random, Clock clock) {
        this.clients = clients;
        this.unusedLifetime = unusedLifetime;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/register", this::register);
    }

    private void register(ServerRequest request, ServerResponse response) {
        ClientMetadata metadata = ClientMetadata.parse(Json.ofBody(request, OAuthError.INVALID_CLIENT_METADATA));
        boolean open = metadata.authenticationMethod().equals(ClientMetadata.NO_AUTHENTICATION);
        String secret = open ? null : random.random(SECRET_BYTES);
        RegisteredClient client = remember(metadata, secret);
        response.status(Status.CREATED_201)
                .header(NO_STORE)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(describe(client, secret, metadata.document()).toString());
    }

    private RegisteredClient remember(ClientMetadata metadata, @Nullable String secret) {
        Instant now = clock.instant();
        RegisteredClient client = new RegisteredClient(
                "client_" + random.random(ID_BYTES),
                secret == null ? null : SecureTokens.hash(secret),
                null,
                metadata.document().toString(),
                now,
                now.plus(unusedLifetime));
        clients.create(client);
        return client;
    }

    private static JsonObject describe(RegisteredClient client, @Nullable String secret, JsonObject metadata) {
        JsonObjectBuilder answer = jakarta.json.Json.createObjectBuilder()
                .add("client_id", client.id())
                .add("client_id_issued_at", client.createdAt().getEpochSecond());
        if (secret != null) {
            answer.add("client_secret", secret).add("client_secret_expires_at", 0);
        }
        return answer.addAll(jakarta.json.Json.createObjectBuilder(metadata)).build();
    }
}
