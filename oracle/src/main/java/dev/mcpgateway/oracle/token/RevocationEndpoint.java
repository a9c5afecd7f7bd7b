package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.ClientAuthentication;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.TokenStore;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;

/**
 * {@code POST /revoke}: ends the grant that a token, refresh or access, belongs to, and with it all of its tokens.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7009#section-2">RFC 7009, section 2</a>
 */
public final class RevocationEndpoint implements HttpService {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    private final ClientAuthentication authentication;
    private final TokenStore store;
    private final TokenGrants grants;
    private final SecurityEvents events;

    public RevocationEndpoint(
            ClientAuthentication authentication, TokenStore store, TokenGrants grants, SecurityEvents events) {
        this.authentication = authentication;
        this.store = store;
        this.grants = grants;
        this.events = events;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/revoke", this::revoke);
    }

    private void revoke(ServerRequest request, ServerResponse response) {
        Parameters parameters = Parameters.ofFormOnly(request);
        Client client = authentication.authenticate(request, parameters);
        String token = parameters.required("token");
        // token_type_hint is not needed to find it.
        grants.ofToken(token).flatMap(store::findGrant).ifPresent(grant -> end(grant, client));
        response.header(NO_STORE).send();
    }

    private void end(Grant grant, Client client) {
        if (!grant.clientId().equals(client.id())) {
            throw new OAuthException(OAuthError.INVALID_GRANT, "the token was issued to another client");
        }
        store.revokeFamily(grant.familyId());
        events.record(
                "token.revoked", Map.of("client", client.id(), "user", grant.userId(), "grant", grant.familyId()));
    }
}
