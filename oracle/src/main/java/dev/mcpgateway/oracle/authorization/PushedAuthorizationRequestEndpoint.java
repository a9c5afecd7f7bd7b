package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.ClientAuthentication;
import dev.mcpgateway.oracle.client.RedirectUri;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.settings.Services;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;

/**
 * {@code POST /par}: takes an authorization request ahead of the browser, checked as {@code /authorize} checks it, from
 * a client that authenticates as it does at {@code /token}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9126#section-2">RFC 9126, section 2</a>
 */
public final class PushedAuthorizationRequestEndpoint implements HttpService {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    private final ClientAuthentication authentication;
    private final RequestChecks checks;
    private final PushedRequests pushed;

    public PushedAuthorizationRequestEndpoint(
            ClientAuthentication authentication, Services services, PushedRequests pushed) {
        this.authentication = authentication;
        this.checks = new RequestChecks(services);
        this.pushed = pushed;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/par", this::push);
    }

    private void push(ServerRequest request, ServerResponse response) {
        Parameters parameters = Parameters.ofFormOnly(request);
        Client client = authentication.authenticate(request, parameters);
        RedirectUri redirectUri = checks.redirectUri(client, parameters)
                .orElseThrow(() ->
                        new OAuthException(OAuthError.INVALID_REQUEST, "redirect_uri is not one that is registered"));
        String requestUri = pushed.push(checks.check(client, redirectUri, parameters))
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_REQUEST, "the request is too long to be pushed; make state shorter"));
        response.status(Status.CREATED_201)
                .header(NO_STORE)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(Json.createObjectBuilder()
                        .add("request_uri", requestUri)
                        .add("expires_in", PushedRequests.LIFETIME.toSeconds())
                        .build()
                        .toString());
    }
}
