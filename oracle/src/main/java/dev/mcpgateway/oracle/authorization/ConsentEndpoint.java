package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.IdentityProviders;
import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.oracle.web.ProviderPage;
import dev.mcpgateway.storage.Store;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /consent}: what the person said. Only a form that was shown to this browser a short while ago counts;
 * what it allows is the first thing of a request that is remembered.
 */
public final class ConsentEndpoint implements HttpService {
    private final OracleSettings settings;
    private final Answers answers;
    private final SignIns signIns;
    private final SecurityEvents events;
    private final IdentityProviders providers;
    private final Sealer sealer;
    private final Clock clock;

    /**
     * @param providers where people sign in; asks for one where there are several
     * @param sealer the one of {@link ConsentForms}
     */
    public ConsentEndpoint(
            OracleSettings settings,
            Store store,
            SignIns signIns,
            SecurityEvents events,
            IdentityProviders providers,
            Sealer sealer,
            SecureTokens random,
            Clock clock) {
        this.settings = settings;
        this.signIns = signIns;
        this.events = events;
        this.answers = new Answers(settings.issuer(), store, settings.lifetimes(), random, clock);
        this.providers = providers;
        this.sealer = sealer;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/consent", PageRefusal.asPage(this::decide));
    }

    private void decide(ServerRequest request, ServerResponse response) {
        OwnPages.requirePostedByOne(request);
        Parameters answer = Parameters.ofForm(request);
        ConsentForm form = ConsentForm.open(answer.required("request"), sealer)
                .filter(shown -> clock.instant().isBefore(shown.expiresAt()))
                .orElseThrow(() -> PageRefusal.staleSignIn(Message.of("stale_form")));
        if (!BrowserCookie.matches(request, form.browserHash())) {
            throw PageRefusal.otherBrowser();
        }
        switch (answer.required("decision")) {
            case "allow" -> {
                AuthorizationRequest asked = withChosenResource(form.request(), answer);
                provider(answer)
                        .ifPresentOrElse(
                                provider -> signIns.begin(
                                        request,
                                        response,
                                        form.browserHash(),
                                        asked.toJson().toString(),
                                        provider),
                                () -> chooseProvider(request, response, answer));
            }
            case "deny" -> deny(request, response, form.request());
            default -> throw PageRefusal.staleSignIn(Message.of("stale_decision"));
        }
    }

    private AuthorizationRequest withChosenResource(AuthorizationRequest request, Parameters answer) {
        if (request.resource() != null) {
            return request;
        }
        return answer.optional("resource")
                .flatMap(settings.services()::byResource)
                .map(request::withService)
                .orElseThrow(() -> PageRefusal.staleSignIn(Message.of("stale_no_service")));
    }

    /** The one that was chosen, or that there is no choice about. */
    private Optional<IdentityProvider> provider(Parameters answer) {
        return answer.optional("provider")
                .map(id -> providers.find(id).orElseThrow(() -> PageRefusal.staleSignIn(Message.of("stale_provider"))))
                .or(providers::only);
    }

    private void chooseProvider(ServerRequest request, ServerResponse response, Parameters answer) {
        new ProviderPage(
                        Language.of(request),
                        ProviderOnPage.all(providers),
                        answer.required("request"),
                        answer.optional("resource").orElse(""))
                .send(response, Status.OK_200);
    }

    private void deny(ServerRequest browser, ServerResponse response, AuthorizationRequest request) {
        events.note("consent.denied", Map.of("client", request.clientId()));
        answers.refuse(request, OAuthError.ACCESS_DENIED, "the user said no").sendPage(browser, response);
    }
}
