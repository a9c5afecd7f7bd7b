package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.ClientAuthentication;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.limit.RateLimit;
import dev.mcpgateway.oracle.protocol.OAuthException;
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
    private final Forwarding forwarding;
    private final RateLimit limit;
    private final AuthorizationCodeGrant codeGrant;
    private final RefreshTokenGrant refreshGrant;
    private final DeviceCodeGrant deviceGrant;
    private final ClientCredentialsGrant clientGrant;

    /** @param limit by client, and for public clients by network as well */
    public TokenEndpoint(
            ClientAuthentication authentication,
            Forwarding forwarding,
            RateLimit limit,
            AuthorizationCodeGrant codeGrant,
            RefreshTokenGrant refreshGrant,
            DeviceCodeGrant deviceGrant,
            ClientCredentialsGrant clientGrant) {
        this.authentication = authentication;
        this.forwarding = forwarding;
        this.limit = limit;
        this.codeGrant = codeGrant;
        this.refreshGrant = refreshGrant;
        this.deviceGrant = deviceGrant;
        this.clientGrant = clientGrant;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/token", this::exchange);
    }

    private void exchange(ServerRequest request, ServerResponse response) {
        Parameters parameters = Parameters.ofFormOnly(request);
        Client client = authentication.authenticate(request, parameters);
        limit.acquire(caller(client, request)).ifPresent(wait -> {
            throw OAuthException.tooMany("requests of this client", wait);
        });
        TokenResponse tokens = switch (TokenRequest.parse(parameters)) {
            case TokenRequest.CodeExchange exchange -> codeGrant.redeem(client, exchange);
            case TokenRequest.Refresh refresh -> refreshGrant.rotate(client, refresh);
            case TokenRequest.DeviceExchange exchange -> deviceGrant.redeem(client, exchange);
            case TokenRequest.ClientCredentials credentials -> clientGrant.issue(client, credentials);
        };
        response.header(NO_STORE)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(tokens.toJson().toString());
    }

    /** Anybody can say that they are a public client, so each network has it to itself. */
    private String caller(Client client, ServerRequest request) {
        return client.isConfidential() ? client.id() : client.id() + ' ' + forwarding.network(request);
    }
}
