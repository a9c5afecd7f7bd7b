package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.Clients;
import dev.mcpgateway.oracle.identity.IdentityProviders;
import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.session.Sessions;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.web.ConsentPage;
import dev.mcpgateway.oracle.web.ServiceEntry;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks people whether to allow what was asked for. Nothing is stored: the request travels in the form. */
public final class ConsentForms {
    private final OracleSettings settings;
    private final Clients clients;
    private final IdentityProviders providers;
    private final Sessions sessions;
    private final Sealer sealer;
    private final SecureTokens random;
    private final Clock clock;

    /**
     * Forms for {@link ConsentEndpoint}.
     *
     * @param providers where people sign in
     * @param sealer the one of {@link ConsentEndpoint}
     */
    public ConsentForms(
            OracleSettings settings,
            Clients clients,
            IdentityProviders providers,
            Sessions sessions,
            Sealer sealer,
            SecureTokens random,
            Clock clock) {
        this.settings = settings;
        this.clients = clients;
        this.providers = providers;
        this.sessions = sessions;
        this.sealer = sealer;
        this.random = random;
        this.clock = clock;
    }

    /** Shows the form, tied to this browser. */
    void ask(ServerRequest request, ServerResponse response, AuthorizationRequest asked) {
        ask(request, response, asked, "");
    }

    /** The same for a device, whose code the person compares once more. */
    void askForDevice(ServerRequest request, ServerResponse response, AuthorizationRequest asked, UserCode code) {
        ask(request, response, asked, code.toString());
    }

    private void ask(ServerRequest request, ServerResponse response, AuthorizationRequest asked, String deviceCode) {
        Client client = clients.find(asked.clientId()).orElseThrow(PageRefusal::unknownClient);
        Duration patience = settings.lifetimes().login();
        // The cookie has to last for the form and, after it, for the sign-in.
        String browser = BrowserCookie.obtainHash(request, response, random, patience.multipliedBy(2));
        ConsentForm form = new ConsentForm(asked, browser, clock.instant().plus(patience));
        new ConsentPage(
                        Language.of(request),
                        asked.clientName(),
                        assurance(client),
                        asked.recipient().destination(),
                        asked.recipient() instanceof Recipient.Redirect redirect
                                && redirect.uri().isOnThisDevice(),
                        deviceCode,
                        offered(asked.resource()),
                        Stream.of(asked.scope().split(" ", -1))
                                .filter(scope -> !scope.isEmpty())
                                .toList(),
                        form.seal(sealer),
                        ProviderOnPage.all(providers),
                        sessions.find(request)
                                .map(signedIn -> signedIn.user().name())
                                .orElse(""))
                .send(response, Status.OK_200);
    }

    private static ConsentPage.Assurance assurance(Client client) {
        return switch (client.origin()) {
            case REGISTERED -> new ConsentPage.Assurance.Unverified();
            case CONFIGURED -> new ConsentPage.Assurance.ByOperator();
            case PUBLISHED -> new ConsentPage.Assurance.ByHost(client.host());
        };
    }

    private List<ServiceEntry> offered(@Nullable String resource) {
        return settings.services().all().stream()
                .filter(service -> resource == null || service.resource().equals(resource))
                .map(service -> new ServiceEntry(service.name(), service.resource()))
                .toList();
    }
}
