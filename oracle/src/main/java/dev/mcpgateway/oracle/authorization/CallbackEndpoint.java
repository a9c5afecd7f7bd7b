package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.admission.Admission;
import dev.mcpgateway.oracle.admission.Profiles;
import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.client.Clients;
import dev.mcpgateway.oracle.identity.Identification;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.IdentityProviders;
import dev.mcpgateway.oracle.identity.SignInException;
import dev.mcpgateway.oracle.identity.SignInRequest;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.session.Sessions;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.LoginStore.PendingLogin;
import dev.mcpgateway.storage.Store;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /callback}, or the path of a provider: the browser is back from the identity provider. Whoever signed in
 * gets a code for the client, if they may use the service; for a page of ours, a session.
 */
public final class CallbackEndpoint implements HttpService {
    private final OracleSettings settings;
    private final Store store;
    private final Clients clients;
    private final IdentityProviders providers;
    private final Admission admission;
    private final Profiles profiles;
    private final Sessions sessions;
    private final SecurityEvents events;
    private final Answers answers;
    private final Clock clock;

    /** @param providers every one that a sign-in may have been begun with */
    public CallbackEndpoint(
            OracleSettings settings,
            Store store,
            Clients clients,
            IdentityProviders providers,
            Admission admission,
            Profiles profiles,
            Sessions sessions,
            SecurityEvents events,
            SecureTokens random,
            Clock clock) {
        this.settings = settings;
        this.store = store;
        this.clients = clients;
        this.providers = providers;
        this.admission = admission;
        this.profiles = profiles;
        this.sessions = sessions;
        this.events = events;
        this.answers = new Answers(settings.issuer(), store, settings.lifetimes(), random, clock);
        this.clock = clock;
    }

    /** Where the identity provider sends the browser. */
    static URI url(URI issuer, IdentityProvider provider) {
        return URI.create(issuer + provider.callbackPath());
    }

    @Override
    public void routing(HttpRules rules) {
        providers.all().stream()
                .map(IdentityProvider::callbackPath)
                .distinct()
                .forEach(path -> rules.get(path, PageRefusal.asPage(this::receive)));
    }

    private void receive(ServerRequest request, ServerResponse response) {
        Parameters callback = Parameters.ofQuery(request);
        String state = callback.required("state");
        PendingLogin login = store.logins()
                .consume(SecureTokens.hash(state))
                .orElseThrow(() -> PageRefusal.staleSignIn(Message.of("stale_callback")));
        if (!BrowserCookie.matches(request, login.browserHash())) {
            events.warn("login.other_browser", Map.of("provider", login.provider()));
            throw PageRefusal.otherBrowser();
        }
        IdentityProvider provider = provider(login.provider());
        if (!request.path().path().equals(provider.callbackPath())) {
            events.warn("login.other_provider", Map.of("provider", login.provider()));
            throw PageRefusal.staleSignIn(Message.of("stale_other_provider"));
        }
        Optional<OwnSignIn> own = OwnSignIn.parse(login.request());
        if (own.isPresent()) {
            User user = identify(provider, state, callback);
            sessions.begin(request, response, user, login.provider());
            goTo(own.get(), response);
            return;
        }
        AuthorizationRequest asked = AuthorizationRequest.parse(login.request());
        requireClient(asked.clientId());
        answer(asked, provider, state, callback).send(request, response);
    }

    /** Who has signed in for a page of ours. */
    private User identify(IdentityProvider provider, String state, Parameters callback) {
        try {
            Identification identified =
                    provider.identify(callback, new SignInRequest(state, url(settings.issuer(), provider)));
            User user = identified.profile().user();
            profiles.remember(provider.id(), identified);
            events.record("session.begun", Map.of("provider", provider.id(), "user", user.id()));
            return user;
        } catch (SignInException failure) {
            String reason = String.valueOf(failure.getMessage());
            events.record("login.failed", Map.of("provider", provider.id(), "reason", reason));
            throw PageRefusal.signInFailed(failure.reason());
        }
    }

    private static void goTo(OwnSignIn own, ServerResponse response) {
        response.status(Status.FOUND_302)
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .header(HeaderNames.LOCATION, own.destination())
                .send();
    }

    /** The client may have been removed while its user signed in; then nobody is answered in its name. */
    private void requireClient(String clientId) {
        if (clients.find(clientId).isEmpty()) {
            throw PageRefusal.unknownClient();
        }
    }

    private AuthorizationResponse answer(
            AuthorizationRequest asked, IdentityProvider provider, String state, Parameters callback) {
        try {
            Identification identified =
                    provider.identify(callback, new SignInRequest(state, url(settings.issuer(), provider)));
            User user = identified.profile().user();
            events.record(
                    "login.succeeded",
                    Map.of("provider", provider.id(), "user", user.id(), "client", asked.clientId()));
            ProtectedService service = requireService(asked);
            requireAdmission(identified, service, asked);
            profiles.remember(provider.id(), identified);
            return allow(user, service, asked);
        } catch (SignInException failure) {
            String reason = String.valueOf(failure.getMessage());
            events.record(
                    "login.failed", Map.of("provider", provider.id(), "client", asked.clientId(), "reason", reason));
            return refusal(asked, toRefusal(failure.reason(), reason));
        } catch (OAuthException refusal) {
            return refusal(asked, refusal);
        }
    }

    private IdentityProvider provider(String id) {
        return providers.find(id).orElseThrow(() -> PageRefusal.staleSignIn(Message.of("stale_provider")));
    }

    private ProtectedService requireService(AuthorizationRequest asked) {
        return Optional.ofNullable(asked.resource())
                .flatMap(settings.services()::byResource)
                .orElseThrow(() -> new OAuthException(OAuthError.INVALID_TARGET, "the service was removed"));
    }

    private void requireAdmission(Identification identified, ProtectedService service, AuthorizationRequest asked) {
        if (!admission.admits(identified, service.policy())) {
            User user = identified.profile().user();
            events.warn(
                    "login.denied",
                    Map.of(
                            "user", user.id(),
                            "name", user.name(),
                            "client", asked.clientId(),
                            "resource", service.resource()));
            throw new OAuthException(
                    OAuthError.ACCESS_DENIED,
                    "%s may not use the service %s; its operator decides who may%s"
                            .formatted(user.name(), service.name(), afterwards(identified.obstacles())));
        }
    }

    /** What might help, if anything is known. */
    private static String afterwards(List<String> obstacles) {
        return obstacles.isEmpty() ? "" : ". It may help to do this: " + String.join("; ", obstacles);
    }

    private AuthorizationResponse allow(User user, ProtectedService service, AuthorizationRequest asked) {
        Instant now = clock.instant();
        store.consents()
                .record(new Consent(
                        user.id(),
                        asked.clientId(),
                        asked.recipient().destination(),
                        service.resource(),
                        asked.scope(),
                        now,
                        now.plus(settings.lifetimes().grant())));
        AuthorizationResponse response =
                answers.allow(asked, new Answers.Allowed(user.id(), user.name(), service.resource()));
        events.record(
                "consent.given", Map.of("user", user.id(), "client", asked.clientId(), "resource", service.resource()));
        return response;
    }

    private static OAuthException toRefusal(SignInException.Reason reason, String what) {
        return switch (reason) {
            case DENIED -> new OAuthException(OAuthError.ACCESS_DENIED, "the user did not sign in: " + what);
            case INVALID, EXPIRED ->
                new OAuthException(OAuthError.ACCESS_DENIED, "the sign-in could not be proven; try again");
            case UNAVAILABLE ->
                new OAuthException(
                        OAuthError.TEMPORARILY_UNAVAILABLE,
                        "the sign-in did not work: %s; try again later".formatted(what));
        };
    }

    private AuthorizationResponse refusal(AuthorizationRequest asked, OAuthException refusal) {
        return answers.refuse(asked, refusal.error(), refusal.description());
    }
}
