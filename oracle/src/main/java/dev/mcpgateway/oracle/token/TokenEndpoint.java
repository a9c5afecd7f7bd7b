package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.ClientAuthentication;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.limit.RateLimit;
import dev.mcpgateway.oracle.observe.Metrics;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.storage.StoreException;
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
    private final Metrics metrics;

    /** @param limit by client, and for public clients by network as well */
    public TokenEndpoint(
            ClientAuthentication authentication,
            Forwarding forwarding,
            RateLimit limit,
            AuthorizationCodeGrant codeGrant,
            RefreshTokenGrant refreshGrant,
            DeviceCodeGrant deviceGrant,
            ClientCredentialsGrant clientGrant,
            Metrics metrics) {
        this.authentication = authentication;
        this.forwarding = forwarding;
        this.limit = limit;
        this.codeGrant = codeGrant;
        this.refreshGrant = refreshGrant;
        this.deviceGrant = deviceGrant;
        this.clientGrant = clientGrant;
        this.metrics = metrics;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/token", this::exchange);
    }

    private void exchange(ServerRequest request, ServerResponse response) {
        Parameters parameters = Parameters.ofFormOnly(request);
        String grantType = parameters.optional("grant_type").orElse("");
        try {
            TokenResponse tokens = exchange(request, parameters);
            metrics.tokenRequest(grantType, "issued");
            response.header(NO_STORE)
                    .header(HeaderValues.CONTENT_TYPE_JSON)
                    .send(tokens.toJson().toString());
        } catch (OAuthException refusal) {
            metrics.tokenRequest(grantType, refusal.error().code());
            throw refusal;
        } catch (StoreException unavailable) {
            metrics.tokenRequest(grantType, OAuthError.TEMPORARILY_UNAVAILABLE.code());
            throw unavailable;
        }
    }

    private TokenResponse exchange(ServerRequest request, Parameters parameters) {
        Client client = authentication.authenticate(request, parameters);
        limit.acquire(caller(client, request)).ifPresent(wait -> {
            throw OAuthException.tooMany("requests of this client", wait);
        });
        return switch (TokenRequest.parse(parameters)) {
            case TokenRequest.CodeExchange exchange -> codeGrant.redeem(client, exchange);
            case TokenRequest.Refresh refresh -> refreshGrant.rotate(client, refresh);
            case TokenRequest.DeviceExchange exchange -> deviceGrant.redeem(client, exchange);
            case TokenRequest.ClientCredentials credentials -> clientGrant.issue(client, credentials);
        };
    }

    /** Anybody can say that they are a public client, so each network has it to itself. */
    private String caller(Client client, ServerRequest request) {
        return client.isConfidential() ? client.id() : client.id() + ' ' + forwarding.network(request);
    }
}
