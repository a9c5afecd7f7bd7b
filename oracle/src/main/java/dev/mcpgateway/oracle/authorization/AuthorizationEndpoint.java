package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.Clients;
import dev.mcpgateway.oracle.client.RedirectUri;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.web.Message;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * {@code GET} or {@code POST /authorize}: checks what a client asks for and shows it to the person who is to allow it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1">RFC 6749, section 4.1.1</a>
 */
public final class AuthorizationEndpoint implements HttpService {
    private static final String PATH = "/authorize";
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    private final OracleSettings settings;
    private final Clients clients;
    private final RequestChecks checks;
    private final PushedRequests pushed;
    private final Forwarding forwarding;
    private final ConsentForms consent;

    public AuthorizationEndpoint(
            OracleSettings settings,
            Clients clients,
            PushedRequests pushed,
            Forwarding forwarding,
            ConsentForms consent) {
        this.settings = settings;
        this.clients = clients;
        this.checks = new RequestChecks(settings.services());
        this.pushed = pushed;
        this.forwarding = forwarding;
        this.consent = consent;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, PageRefusal.asPage(this::authorize)).post(PATH, PageRefusal.asPage(this::authorize));
    }

    private void authorize(ServerRequest request, ServerResponse response) {
        Parameters parameters = request.prologue().method().equals(Method.POST)
                ? Parameters.ofFormOnly(request)
                : Parameters.ofQuery(request);
        Optional<ProtectedService> hostOwner = settings.services().byOwnHost(forwarding.host(request));
        if (hostOwner.isPresent()) {
            moveToIssuer(response, parameters, hostOwner.get());
            return;
        }
        Client client = requireClient(parameters);
        Optional<String> requestUri = parameters.optional("request_uri").filter(PushedRequests::isPushed);
        if (requestUri.isPresent()) {
            consent.ask(request, response, requirePushed(client, requestUri.get()));
            return;
        }
        RedirectUri redirectUri = requireRedirectUri(client, parameters);
        AuthorizationRequest asked;
        try {
            asked = checks.check(client, redirectUri, parameters);
        } catch (OAuthException refusal) {
            String state = parameters.optional("state").orElse(null);
            RedirectResponse.error(settings.issuer(), redirectUri, state, refusal.error(), refusal.description())
                    .send(request, response);
            return;
        }
        consent.ask(request, response, asked);
    }

    /** Clients that find no metadata look for this endpoint beside their service; pages live at the issuer alone. */
    private void moveToIssuer(ServerResponse response, Parameters parameters, ProtectedService service) {
        String resource = parameters.optional("resource").isPresent()
                ? ""
                : "&resource=" + URLEncoder.encode(service.resource(), StandardCharsets.UTF_8);
        response.status(Status.FOUND_302)
                .header(NO_STORE)
                .header(HeaderNames.LOCATION, settings.issuer() + PATH + "?" + parameters.encoded() + resource)
                .send();
    }

    private Client requireClient(Parameters parameters) {
        return parameters.optional("client_id").flatMap(clients::find).orElseThrow(PageRefusal::unknownClient);
    }

    private RedirectUri requireRedirectUri(Client client, Parameters parameters) {
        return checks.redirectUri(client, parameters)
                .orElseThrow(() ->
                        PageRefusal.brokenRequest(Message.of("redirect_uri_what"), Message.of("redirect_uri_advice")));
    }

    /** A request that its client has sent ahead; what else the browser brings does not count. */
    private AuthorizationRequest requirePushed(Client client, String requestUri) {
        return pushed.find(requestUri, client.id())
                .orElseThrow(() -> PageRefusal.staleSignIn(Message.of("stale_pushed")));
    }
}
