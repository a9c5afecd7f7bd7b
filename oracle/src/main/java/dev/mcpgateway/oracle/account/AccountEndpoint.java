package dev.mcpgateway.oracle.account;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.authorization.OwnPages;
import dev.mcpgateway.oracle.authorization.PageRefusal;
import dev.mcpgateway.oracle.client.Clients;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.session.Sessions;
import dev.mcpgateway.oracle.session.Sessions.SignedIn;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.settings.Services;
import dev.mcpgateway.oracle.web.AccountPage;
import dev.mcpgateway.oracle.web.AccountPage.Connection;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.Store;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * {@code /account}: the connections of whoever is signed in in this browser, and how to end them. Each form carries the
 * session's token; one that does not, or that another site posts, changes nothing.
 */
public final class AccountEndpoint implements HttpService {
    private static final String PATH = "/account";
    private static final int CONNECTIONS = 50;
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    private final Sessions sessions;
    private final Store store;
    private final Clients clients;
    private final Services services;
    private final SecurityEvents events;
    private final Clock clock;

    public AccountEndpoint(
            Sessions sessions, Store store, Clients clients, Services services, SecurityEvents events, Clock clock) {
        this.sessions = sessions;
        this.store = store;
        this.clients = clients;
        this.services = services;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, PageRefusal.asPage(this::show))
                .post(PATH + "/revoke", PageRefusal.asPage(this::revoke))
                .post(PATH + "/revoke-all", PageRefusal.asPage(this::revokeAll))
                .post(PATH + "/sign-out", PageRefusal.asPage(this::signOut));
    }

    private void show(ServerRequest request, ServerResponse response) {
        SignedIn signedIn = sessions.find(request).orElse(null);
        if (signedIn == null) {
            goTo("/sign-in", response);
            return;
        }
        Parameters query = Parameters.ofQuery(request);
        Page<Grant> grants = store.tokens()
                .listByUser(signedIn.user().id(), query.optional("after").orElse(null), CONNECTIONS);
        List<Connection> connections =
                grants.items().stream().map(this::describe).toList();
        new AccountPage(
                        Language.of(request),
                        signedIn.user().name(),
                        connections,
                        grants.next() == null ? "" : grants.next(),
                        signedIn.formToken(),
                        query.optional("ended").isPresent())
                .send(response, Status.OK_200);
    }

    private Connection describe(Grant grant) {
        String service = services.byResource(grant.resource())
                .map(ProtectedService::name)
                .orElse("");
        return new Connection(
                grant.familyId(),
                clients.nameOf(grant.clientId()),
                service,
                grant.resource(),
                List.of(grant.scope().split(" ", -1)),
                grant.createdAt(),
                grant.lastUsedAt());
    }

    private void revoke(ServerRequest request, ServerResponse response) {
        Parameters form = Parameters.ofFormOnly(request);
        User user = requireSignedIn(request, form);
        store.tokens()
                .findGrant(form.required("connection"))
                .filter(grant -> grant.userId().equals(user.id()))
                .ifPresent(grant -> end(grant, user));
        goTo(PATH + "?ended=one", response);
    }

    private void end(Grant grant, User user) {
        if (store.tokens().revokeFamily(grant.familyId())) {
            events.record(
                    "token.revoked",
                    Map.of("by", "user", "user", user.id(), "client", grant.clientId(), "grant", grant.familyId()));
        }
    }

    private void revokeAll(ServerRequest request, ServerResponse response) {
        User user = requireSignedIn(request, Parameters.ofFormOnly(request));
        int revoked = store.tokens().revokeUser(user.id(), clock.instant());
        store.consents().forgetUser(user.id());
        events.record("user.revoked", Map.of("by", "user", "user", user.id(), "grants", Integer.toString(revoked)));
        goTo(PATH + "?ended=all", response);
    }

    private void signOut(ServerRequest request, ServerResponse response) {
        User user = requireSignedIn(request, Parameters.ofFormOnly(request));
        sessions.end(request, response);
        events.record("session.ended", Map.of("user", user.id()));
        goTo("/", response);
    }

    private User requireSignedIn(ServerRequest request, Parameters form) {
        OwnPages.requirePostedByOne(request);
        return sessions.find(request)
                .filter(signedIn -> signedIn.hasPosted(form.required("token")))
                .map(SignedIn::user)
                .orElseThrow(PageRefusal::notSignedIn);
    }

    /** To a page of ours, by GET. */
    private static void goTo(String page, ServerResponse response) {
        response.status(Status.SEE_OTHER_303)
                .header(NO_STORE)
                .header(HeaderNames.LOCATION, page)
                .send();
    }
}
