package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.protocol.BearerToken;
import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.Store;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /register/{client_id}}: a client reads, replaces or ends its own registration, with the token that it got for
 * that.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7592#section-2">RFC 7592, section 2</a>
 */
public final class ClientConfigurationEndpoint implements HttpService {
    private static final String PATH = ClientRegistrationEndpoint.PATH + "/{client_id}";

    /** Compared with where there is nothing to compare with, so that it takes as long. */
    private static final String HASH_OF_NOTHING = SecureTokens.hash("");

    private final Store store;
    private final URI issuer;
    private final SecurityEvents events;
    private final SecureTokens random;
    private final Clock clock;

    /** A client and the token that it has shown. */
    private record Managed(RegisteredClient client, Secret token) {}

    public ClientConfigurationEndpoint(
            Store store, URI issuer, SecurityEvents events, SecureTokens random, Clock clock) {
        this.store = store;
        this.issuer = issuer;
        this.events = events;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, this::read).put(PATH, this::replace).delete(PATH, this::end);
    }

    private void read(ServerRequest request, ServerResponse response) {
        Managed managed = authenticate(request);
        JsonObject metadata = Json.parseObject(managed.client().metadata(), OAuthError.SERVER_ERROR);
        new ClientInformation(managed.client(), metadata, null, managed.token()).send(response, Status.OK_200, issuer);
    }

    /** Members that the request leaves out are gone afterwards, but for what has a default. */
    private void replace(ServerRequest request, ServerResponse response) {
        Managed managed = authenticate(request);
        RegisteredClient before = managed.client();
        JsonObject sent = Json.ofBody(request, OAuthError.INVALID_CLIENT_METADATA);
        requireItself(before, sent);
        ClientMetadata metadata = ClientMetadata.parse(sent);
        Secret newSecret = metadata.needsSecret() && before.secretHash() == null
                ? Secret.of(random.random(ClientRegistrationEndpoint.SECRET_BYTES))
                : null;
        RegisteredClient after = new RegisteredClient(
                before.id(),
                secretHash(before, metadata, newSecret),
                before.registrationTokenHash(),
                metadata.document().toString(),
                before.createdAt(),
                before.expiresAt());
        if (!store.clients().update(after)) {
            throw refusal();
        }
        events.note("client.updated", Map.of("client", after.id()));
        new ClientInformation(after, metadata.document(), newSecret, managed.token())
                .send(response, Status.OK_200, issuer);
    }

    private void end(ServerRequest request, ServerResponse response) {
        String id = authenticate(request).client().id();
        int grants = store.tokens().revokeClient(id, clock.instant());
        store.clients().delete(id);
        events.record("client.deleted", Map.of("client", id, "grants", Integer.toString(grants)));
        response.status(Status.NO_CONTENT_204).send();
    }

    /** What is wrong with a token, and whether there is such a client, is nobody's business. */
    private Managed authenticate(ServerRequest request) {
        Secret token = BearerToken.of(request).map(Secret::of).orElseThrow(ClientConfigurationEndpoint::refusal);
        String id = request.path().pathParameters().get("client_id");
        RegisteredClient client = store.clients().find(id).orElse(null);
        String expected = client == null || client.registrationTokenHash() == null
                ? HASH_OF_NOTHING
                : client.registrationTokenHash();
        if (!SecureTokens.equal(expected, SecureTokens.hash(token.reveal())) || client == null) {
            throw refusal();
        }
        return new Managed(client, token);
    }

    private static void requireItself(RegisteredClient client, JsonObject sent) {
        if (!(sent.get("client_id") instanceof JsonString id) || !id.getString().equals(client.id())) {
            throw new OAuthException(
                    OAuthError.INVALID_CLIENT_METADATA, "client_id must be there, and be that of this registration");
        }
        if (sent.get("client_secret") instanceof JsonString secret
                && (client.secretHash() == null
                        || !SecureTokens.equal(client.secretHash(), SecureTokens.hash(secret.getString())))) {
            throw new OAuthException(
                    OAuthError.INVALID_CLIENT_METADATA,
                    "client_secret cannot be chosen: leave it out, or send the one in use");
        }
    }

    private static @Nullable String secretHash(
            RegisteredClient before, ClientMetadata metadata, @Nullable Secret newSecret) {
        if (!metadata.needsSecret()) {
            return null;
        }
        return newSecret == null ? before.secretHash() : SecureTokens.hash(newSecret.reveal());
    }

    private static OAuthException refusal() {
        return new OAuthException(
                OAuthError.INVALID_TOKEN,
                "the registration access token of this client is needed as a bearer token; it is missing, wrong, or the"
                        + " client is not registered any more");
    }
}
