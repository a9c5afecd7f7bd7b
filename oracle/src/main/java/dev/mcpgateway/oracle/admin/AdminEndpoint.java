package dev.mcpgateway.oracle.admin;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.token.TokenGrants;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.Store;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /admin}: what is stored, without secrets, and how to take it back. Listings take {@code after} and
 * {@code limit} and answer {@code next} while there is more.
 */
public final class AdminEndpoint implements HttpService {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");
    private static final int DEFAULT_LIMIT = 100;

    private final OracleSettings settings;
    private final Store store;
    private final TokenGrants tokenGrants;
    private final SecurityEvents events;
    private final Revocations revocations;

    public AdminEndpoint(
            OracleSettings settings,
            Store store,
            TokenGrants tokenGrants,
            SecurityEvents events,
            Revocations revocations) {
        this.settings = settings;
        this.store = store;
        this.tokenGrants = tokenGrants;
        this.events = events;
        this.revocations = revocations;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/admin/clients", this::listClients)
                .get("/admin/grants", this::listGrants)
                .get("/admin/audit", this::listEvents)
                .get("/admin/config", (_, response) -> send(response, ConfigDocument.of(settings)))
                .get("/admin/store", (_, response) -> send(response, durability()))
                .post("/admin/users/{id}/revoke", this::revokeUser)
                .post("/admin/clients/{id}/revoke", this::revokeClient)
                .delete("/admin/clients/{id}", this::deleteClient)
                .post("/admin/grants/revoke", this::revokeGrant);
    }

    private void listClients(ServerRequest request, ServerResponse response) {
        Parameters query = Parameters.ofQuery(request);
        Page<RegisteredClient> page =
                store.clients().list(query.optional("after").orElse(null), limit(query));
        JsonArrayBuilder clients = jakarta.json.Json.createArrayBuilder();
        page.items().forEach(client -> clients.add(describe(client)));
        send(response, paged("clients", clients, page.next()));
    }

    private void listGrants(ServerRequest request, ServerResponse response) {
        Parameters query = Parameters.ofQuery(request);
        String user = query.optional("user").orElse(null);
        String client = query.optional("client").orElse(null);
        String after = query.optional("after").orElse(null);
        Page<Grant> page = new GrantSearch(store.tokens()).byId(user, client, after, limit(query));
        JsonArrayBuilder grants = jakarta.json.Json.createArrayBuilder();
        page.items().forEach(grant -> grants.add(describe(grant)));
        send(response, paged("grants", grants, page.next()));
    }

    private JsonObject durability() {
        JsonObjectBuilder told = jakarta.json.Json.createObjectBuilder();
        new TreeMap<>(store.durability()).forEach(told::add);
        return jakarta.json.Json.createObjectBuilder().add("durability", told).build();
    }

    /** The newest first. */
    private void listEvents(ServerRequest request, ServerResponse response) {
        JsonArrayBuilder events = jakarta.json.Json.createArrayBuilder();
        store.audit()
                .latest(limit(Parameters.ofQuery(request)))
                .forEach(event -> events.add(SecurityEvents.toJson(event)));
        send(response, paged("events", events, null));
    }

    private void revokeUser(ServerRequest request, ServerResponse response) {
        String user = request.path().pathParameters().get("id");
        int revoked = revocations.revokeUser(user);
        send(
                response,
                jakarta.json.Json.createObjectBuilder()
                        .add("user", user)
                        .add("revoked_grants", revoked)
                        .build());
    }

    private void revokeClient(ServerRequest request, ServerResponse response) {
        String client = request.path().pathParameters().get("id");
        send(response, endGrantsOf(client).build());
    }

    private void deleteClient(ServerRequest request, ServerResponse response) {
        String client = request.path().pathParameters().get("id");
        JsonObjectBuilder ended = endGrantsOf(client);
        boolean deleted = store.clients().delete(client);
        if (deleted) {
            events.record("client.deleted", Map.of("client", client));
        }
        send(response, ended.add("deleted", deleted).build());
    }

    private JsonObjectBuilder endGrantsOf(String client) {
        int revoked = revocations.revokeClient(client);
        return jakarta.json.Json.createObjectBuilder().add("client_id", client).add("revoked_grants", revoked);
    }

    /** The form's {@code token} is a token, the id of one, or the id of a grant: whichever it is, its grant ends. */
    private void revokeGrant(ServerRequest request, ServerResponse response) {
        String token = Parameters.ofForm(request).required("token");
        Grant grant = tokenGrants
                .ofTokenOrId(token)
                .flatMap(store.tokens()::findGrant)
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_REQUEST,
                        "no live grant belongs to this: it must be an access or refresh token of this gateway, a token's"
                                + " id (jti) or a grant's id"));
        revocations.revokeGrant(grant);
        send(response, describe(grant).build());
    }

    private static JsonObjectBuilder describe(RegisteredClient client) {
        return jakarta.json.Json.createObjectBuilder()
                .add("client_id", client.id())
                .add("confidential", client.secretHash() != null)
                .add("created_at", client.createdAt().toString())
                .add("expires_at", client.expiresAt().toString())
                .add("metadata", Json.parseObject(client.metadata(), OAuthError.SERVER_ERROR));
    }

    static JsonObjectBuilder describe(Grant grant) {
        return jakarta.json.Json.createObjectBuilder()
                .add("grant_id", grant.familyId())
                .add("client_id", grant.clientId())
                .add("user_id", grant.userId())
                .add("user_name", grant.userName())
                .add("resource", grant.resource())
                .add("scope", grant.scope())
                .add("created_at", grant.createdAt().toString())
                .add("last_used_at", grant.lastUsedAt().toString())
                .add(
                        "expires_at",
                        List.of(grant.idleExpiresAt(), grant.expiresAt()).stream()
                                .min(java.time.Instant::compareTo)
                                .orElseThrow()
                                .toString());
    }

    private static JsonObject paged(String name, JsonArrayBuilder items, @Nullable String next) {
        JsonObjectBuilder page = jakarta.json.Json.createObjectBuilder().add(name, items);
        if (next != null) {
            page.add("next", next);
        }
        return page.build();
    }

    private static int limit(Parameters query) {
        String text = query.optional("limit").orElse(Integer.toString(DEFAULT_LIMIT));
        if (text.matches("[1-9][0-9]{0,3}") && Integer.parseInt(text) <= Page.MAX_LIMIT) {
            return Integer.parseInt(text);
        }
        throw new OAuthException(
                OAuthError.INVALID_REQUEST, "limit must be a whole number from 1 to " + Page.MAX_LIMIT);
    }

    private static void send(ServerResponse response, JsonObject json) {
        response.header(NO_STORE).header(HeaderValues.CONTENT_TYPE_JSON).send(json.toString());
    }
}
