package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.admission.Admission;
import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.ClientAuthentication;
import dev.mcpgateway.oracle.jwt.AccessToken;
import dev.mcpgateway.oracle.jwt.AccessTokens;
import dev.mcpgateway.oracle.jwt.Verification;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.settings.Services;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.TokenStore;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.net.URI;
import java.util.Optional;

/**
 * {@code POST /introspect}: says whether a token counts, to clients that can prove who they are: of their own tokens,
 * and of the access tokens for services that name them. Of any other token it says that it does not count.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7662#section-2">RFC 7662, section 2</a>
 */
public final class IntrospectionEndpoint implements HttpService {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    private final ClientAuthentication authentication;
    private final URI issuer;
    private final Services services;
    private final TokenStore store;
    private final Admission admission;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;

    public IntrospectionEndpoint(
            ClientAuthentication authentication,
            URI issuer,
            Services services,
            TokenStore store,
            Admission admission,
            AccessTokens accessTokens,
            RefreshTokens refreshTokens) {
        this.authentication = authentication;
        this.issuer = issuer;
        this.services = services;
        this.store = store;
        this.admission = admission;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/introspect", this::introspect);
    }

    private void introspect(ServerRequest request, ServerResponse response) {
        Parameters parameters = Parameters.ofFormOnly(request);
        Client client = authentication.authenticate(request, parameters);
        if (!client.isConfidential()) {
            throw new OAuthException(
                    OAuthError.INVALID_CLIENT, "introspection is for clients that have a secret or a key");
        }
        String token = parameters.required("token");
        JsonObject description = (RefreshTokens.looksLike(token) ? refresh(token, client) : access(token, client))
                .orElseGet(() -> Json.createObjectBuilder().add("active", false).build());
        response.header(NO_STORE).header(HeaderValues.CONTENT_TYPE_JSON).send(description.toString());
    }

    private Optional<JsonObject> access(String text, Client client) {
        if (!(accessTokens.verify(text) instanceof Verification.Genuine(AccessToken token))
                || !mayLook(client, token.clientId(), token.resource())) {
            return Optional.empty();
        }
        return store.findGrant(token.grantId())
                .filter(token::belongsTo)
                .filter(admission::admits)
                .map(grant -> describe(grant)
                        .add("token_type", "Bearer")
                        .add("scope", token.scope())
                        .add("jti", token.id())
                        .add("iat", token.issuedAt().getEpochSecond())
                        .add("exp", token.expiresAt().getEpochSecond())
                        .build());
    }

    private Optional<JsonObject> refresh(String text, Client client) {
        RefreshToken token = refreshTokens.parse(Secret.of(text)).orElse(null);
        if (token == null) {
            return Optional.empty();
        }
        return store.findGrant(token.familyId())
                .filter(grant -> grant.clientId().equals(client.id()) && grant.sequence() == token.sequence())
                .filter(admission::admits)
                .map(grant -> describe(grant)
                        .add("scope", grant.scope())
                        .add("iat", grant.lastUsedAt().getEpochSecond())
                        .add("exp", grant.idleExpiresAt().getEpochSecond())
                        .build());
    }

    private boolean mayLook(Client client, String tokensClient, String resource) {
        return client.id().equals(tokensClient)
                || services.byResource(resource)
                        .map(ProtectedService::introspectors)
                        .filter(introspectors -> introspectors.contains(client.id()))
                        .isPresent();
    }

    private JsonObjectBuilder describe(Grant grant) {
        return Json.createObjectBuilder()
                .add("active", true)
                .add("iss", issuer.toString())
                .add("sub", grant.userId())
                .add("username", grant.userName())
                .add("client_id", grant.clientId())
                .add("aud", grant.resource());
    }
}
