package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.RedirectUri;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.web.ConsentPage;
import dev.mcpgateway.oracle.web.ServiceEntry;
import dev.mcpgateway.storage.ClientStore;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /authorize}: checks what a client asks for and shows it to the person who is to allow it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1">RFC 6749, section 4.1.1</a>
 */
public final class AuthorizationEndpoint implements HttpService {
    private static final String PATH = "/authorize";
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    /** SHA-256 as base64url has this form, and nothing else has. */
    private static final Pattern S256_CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final OracleSettings settings;
    private final ClientStore clients;
    private final Forwarding forwarding;
    private final IdentityProvider provider;
    private final Sealer sealer;
    private final SecureTokens random;
    private final Clock clock;

    /**
     * @param provider where people sign in
     * @param sealer the one of {@link ConsentEndpoint}
     */
    public AuthorizationEndpoint(
            OracleSettings settings,
            ClientStore clients,
            Forwarding forwarding,
            IdentityProvider provider,
            Sealer sealer,
            SecureTokens random,
            Clock clock) {
        this.settings = settings;
        this.clients = clients;
        this.forwarding = forwarding;
        this.provider = provider;
        this.sealer = sealer;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, PageRefusal.asPage(this::authorize));
    }

    private void authorize(ServerRequest request, ServerResponse response) {
        Parameters parameters = Parameters.ofQuery(request);
        Optional<ProtectedService> hostOwner = settings.services().byOwnHost(forwarding.host(request));
        if (hostOwner.isPresent()) {
            moveToIssuer(request, response, parameters, hostOwner.get());
            return;
        }
        Client client = requireClient(parameters);
        RedirectUri redirectUri = requireRedirectUri(client, parameters);
        String state = parameters.optional("state").orElse(null);
        AuthorizationRequest asked;
        try {
            String codeChallenge = requireCodeChallenge(parameters);
            requireCodeResponse(parameters);
            String scope = requireScope(parameters);
            String resource = requireResource(parameters).orElse(null);
            asked = new AuthorizationRequest(
                    client.id(), client.name(), redirectUri, state, codeChallenge, scope, resource);
        } catch (OAuthException refusal) {
            AuthorizationResponse.error(settings.issuer(), redirectUri, state, refusal.error(), refusal.description())
                    .send(response);
            return;
        }
        askPerson(request, response, asked);
    }

    /** Clients that find no metadata look for this endpoint beside their service; pages live at the issuer alone. */
    private void moveToIssuer(
            ServerRequest request, ServerResponse response, Parameters parameters, ProtectedService service) {
        String query = request.prologue().query().rawValue();
        String resource = parameters.optional("resource").isPresent()
                ? ""
                : "&resource=" + URLEncoder.encode(service.resource(), StandardCharsets.UTF_8);
        response.status(Status.FOUND_302)
                .header(NO_STORE)
                .header(HeaderNames.LOCATION, settings.issuer() + PATH + "?" + query + resource)
                .send();
    }

    private Client requireClient(Parameters parameters) {
        return parameters
                .optional("client_id")
                .flatMap(clients::find)
                .map(Client::of)
                .orElseThrow(PageRefusal::unknownClient);
    }

    private static RedirectUri requireRedirectUri(Client client, Parameters parameters) {
        List<RedirectUri> registered = client.metadata().redirectUris();
        Optional<String> requested = parameters.optional("redirect_uri");
        if (requested.isEmpty() && registered.size() == 1) {
            return registered.getFirst();
        }
        return requested
                .flatMap(client.metadata()::redirectUri)
                .orElseThrow(() -> PageRefusal.brokenRequest(
                        "The application wants the answer sent to an address that it has not registered (redirect_uri).",
                        "In the application, remove this connection and add it again. If that does not help, "
                                + "report it to the makers of the application."));
    }

    private static String requireCodeChallenge(Parameters parameters) {
        String challenge = parameters.required("code_challenge");
        if (parameters.optional("code_challenge_method").filter("S256"::equals).isEmpty()) {
            throw new OAuthException(OAuthError.INVALID_REQUEST, "code_challenge_method must be S256");
        }
        if (!S256_CHALLENGE.matcher(challenge).matches()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "code_challenge must be the SHA-256 of the verifier as base64url");
        }
        return challenge;
    }

    private static void requireCodeResponse(Parameters parameters) {
        if (!parameters.required("response_type").equals("code")) {
            throw new OAuthException(OAuthError.UNSUPPORTED_RESPONSE_TYPE, "response_type must be code");
        }
        if (parameters
                .optional("response_mode")
                .filter(mode -> !mode.equals("query"))
                .isPresent()) {
            throw new OAuthException(OAuthError.INVALID_REQUEST, "response_mode must be query");
        }
    }

    /** What can be granted of what was asked for; all of it if nothing was. */
    private String requireScope(Parameters parameters) {
        List<String> asked = parameters
                .optional("scope")
                .map(scope -> List.of(scope.split(" ")))
                .orElse(settings.scopes());
        List<String> granted =
                settings.scopes().stream().filter(asked::contains).toList();
        if (granted.isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_SCOPE, "the scopes here are: " + String.join(" ", settings.scopes()));
        }
        return String.join(" ", granted);
    }

    /** The resource asked for, or the only one there is; empty if the person is to choose. */
    private Optional<String> requireResource(Parameters parameters) {
        Optional<String> asked = parameters.optional("resource");
        if (asked.isPresent()) {
            return Optional.of(settings.services()
                    .byResource(asked.get())
                    .map(ProtectedService::resource)
                    .orElseThrow(() -> new OAuthException(
                            OAuthError.INVALID_TARGET, "resource is not the URL of a service of this gateway")));
        }
        List<ProtectedService> all = settings.services().all();
        if (all.isEmpty()) {
            throw new OAuthException(OAuthError.INVALID_TARGET, "this gateway has no services");
        }
        return all.size() == 1 ? Optional.of(all.getFirst().resource()) : Optional.empty();
    }

    private void askPerson(ServerRequest request, ServerResponse response, AuthorizationRequest asked) {
        Duration patience = settings.lifetimes().login();
        // The cookie has to last for the form and, after it, for the sign-in.
        String browser = BrowserCookie.obtainHash(request, response, random, patience.multipliedBy(2));
        ConsentForm form = new ConsentForm(asked, browser, clock.instant().plus(patience));
        new ConsentPage(
                        asked.clientName(),
                        asked.redirectUri().destination(),
                        asked.redirectUri().isOnThisDevice(),
                        offered(asked.resource()),
                        List.of(asked.scope().split(" ")),
                        form.seal(sealer),
                        provider.displayName())
                .send(response, Status.OK_200);
    }

    private List<ServiceEntry> offered(@Nullable String resource) {
        return settings.services().all().stream()
                .filter(service -> resource == null || service.resource().equals(resource))
                .map(service -> new ServiceEntry(service.name(), service.resource()))
                .toList();
    }
}
