package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.ClientAuthentication;
import dev.mcpgateway.oracle.protocol.Parameters;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * {@code POST /token}: exchanges a grant for tokens.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-3.2">RFC 6749, section 3.2</a>
 */
public final class TokenEndpoint implements HttpService {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    private final ClientAuthentication authentication;
    private final AuthorizationCodeGrant codeGrant;
    private final RefreshTokenGrant refreshGrant;

    public TokenEndpoint(
            ClientAuthentication authentication, AuthorizationCodeGrant codeGrant, RefreshTokenGrant refreshGrant) {
        this.authentication = authentication;
        this.codeGrant = codeGrant;
        this.refreshGrant = refreshGrant;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/token", this::exchange);
    }

    private void exchange(ServerRequest request, ServerResponse response) {
        Parameters parameters = Parameters.ofFormOnly(request);
        Client client = authentication.authenticate(request, parameters);
        TokenResponse tokens = switch (TokenRequest.parse(parameters)) {
            case TokenRequest.CodeExchange exchange -> codeGrant.redeem(client, exchange);
            case TokenRequest.Refresh refresh -> refreshGrant.rotate(client, refresh);
        };
        response.header(NO_STORE)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(tokens.toJson().toString());
    }
}
