package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.admin.GrantSearch;
import dev.mcpgateway.oracle.admin.Listing;
import dev.mcpgateway.oracle.admin.Revocations;
import dev.mcpgateway.oracle.client.Clients;
import dev.mcpgateway.oracle.console.ConnectionsPage.ClientRow;
import dev.mcpgateway.oracle.console.ConnectionsPage.GrantRow;
import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.web.Moment;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.Store;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /console/connections}: who has connected what, and how to end it. */
public final class ConnectionsEndpoint implements HttpService {
    private static final int SHOWN = 50;

    private final ConsoleGuard guard;
    private final Store store;
    private final Clients clients;
    private final GrantSearch search;
    private final Revocations revocations;

    public ConnectionsEndpoint(ConsoleGuard guard, Store store, Clients clients, Revocations revocations) {
        this.guard = guard;
        this.store = store;
        this.clients = clients;
        this.search = new GrantSearch(store.tokens());
        this.revocations = revocations;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(ConsolePage.CONNECTIONS, guard.page(this::show))
                .post(ConsolePage.PATH + "/grants/revoke", guard.action(this::revokeGrant))
                .post(ConsolePage.PATH + "/users/revoke", guard.action(this::revokeUser))
                .post(ConsolePage.PATH + "/clients/revoke", guard.action(this::revokeClient));
    }

    private void show(Visit visit, ServerRequest request, ServerResponse response) {
        Parameters query = Parameters.ofQuery(request);
        String user = SearchText.of(query, "user");
        String client = SearchText.of(query, "client");
        Page<Grant> grants = find(orNull(user), orNull(client), orNull(SearchText.of(query, "after")));
        Page<RegisteredClient> registered = registered(user, client, orNull(SearchText.of(query, "clients_after")));
        Language language = visit.language();
        new ConnectionsPage(
                        visit,
                        user,
                        client,
                        grants.items().stream()
                                .map(grant -> row(grant, language))
                                .toList(),
                        grants.next() == null ? "" : grants.next(),
                        registered.items().stream()
                                .map(one -> row(one, language))
                                .toList(),
                        registered.next() == null ? "" : registered.next(),
                        query.optional("done").isPresent())
                .send(response, Status.OK_200);
    }

    /** By ids, or if there are none of these, by names. */
    private Page<Grant> find(@Nullable String user, @Nullable String client, @Nullable String after) {
        Page<Grant> byId = search.byId(user, client, after, SHOWN);
        boolean searched = user != null || client != null;
        return searched && after == null && byId.items().isEmpty() && byId.next() == null
                ? new Page<>(search.byName(user, client, clients, SHOWN), null)
                : byId;
    }

    private Page<RegisteredClient> registered(String user, String client, @Nullable String after) {
        if (client.isEmpty()) {
            return user.isEmpty() ? store.clients().list(after, SHOWN) : new Page<>(List.of(), null);
        }
        List<RegisteredClient> known = store.clients().find(client).stream().toList();
        return new Page<>(known.isEmpty() ? named(client) : known, null);
    }

    private List<RegisteredClient> named(String part) {
        return Listing.first(
                SHOWN,
                after -> store.clients().list(after, Page.MAX_LIMIT),
                client -> GrantSearch.contains(name(client), part));
    }

    private static String name(RegisteredClient client) {
        return Json.parseObject(client.metadata(), OAuthError.SERVER_ERROR).getString("client_name", "");
    }

    private GrantRow row(Grant grant, Language language) {
        return new GrantRow(
                grant.familyId(),
                grant.userId(),
                grant.userName(),
                grant.clientId(),
                clients.nameOf(grant.clientId()),
                grant.resource(),
                grant.scope(),
                Moment.of(grant.createdAt(), language),
                Moment.of(grant.lastUsedAt(), language));
    }

    private ClientRow row(RegisteredClient client, Language language) {
        return new ClientRow(
                client.id(),
                clients.nameOf(client),
                Moment.of(client.createdAt(), language),
                Moment.of(client.expiresAt(), language));
    }

    private void revokeGrant(Parameters form, ServerResponse response) {
        store.tokens().findGrant(form.required("grant")).ifPresent(revocations::revokeGrant);
        ConsoleGuard.goTo(
                ConsolePage.link(
                        ConsolePage.CONNECTIONS,
                        Map.of(
                                "done", "ended",
                                "user", SearchText.of(form, "user"),
                                "client", SearchText.of(form, "client"))),
                response);
    }

    private void revokeUser(Parameters form, ServerResponse response) {
        revocations.revokeUser(form.required("user"));
        goBack(response);
    }

    private void revokeClient(Parameters form, ServerResponse response) {
        revocations.revokeClient(form.required("client"));
        goBack(response);
    }

    private static void goBack(ServerResponse response) {
        ConsoleGuard.goTo(ConsolePage.CONNECTIONS + "?done=ended", response);
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
