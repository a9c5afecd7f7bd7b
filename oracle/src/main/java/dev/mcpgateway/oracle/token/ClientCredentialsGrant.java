package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.ClientMetadata;
import dev.mcpgateway.oracle.identity.Profile;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.jwt.AccessTokens;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.Lifetimes;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.settings.Services;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.TokenStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives a client of the operator an access token for itself. Services admit it by the rule {@code client:ID}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4">RFC 6749, section 4.4</a>
 */
public final class ClientCredentialsGrant {
    private static final int BYTES = 32;
    private static final int FAMILY_BYTES = 16;

    private final Services services;
    private final TokenStore store;
    private final AccessTokens accessTokens;
    private final Lifetimes lifetimes;
    private final SecurityEvents events;
    private final SecureTokens random;
    private final Clock clock;

    public ClientCredentialsGrant(
            Services services,
            TokenStore store,
            AccessTokens accessTokens,
            Lifetimes lifetimes,
            SecurityEvents events,
            SecureTokens random,
            Clock clock) {
        this.services = services;
        this.store = store;
        this.accessTokens = accessTokens;
        this.lifetimes = lifetimes;
        this.events = events;
        this.random = random;
        this.clock = clock;
    }

    TokenResponse issue(Client client, TokenRequest.ClientCredentials request) {
        client.requireGrantType(ClientMetadata.CLIENT_CREDENTIALS);
        if (!client.isConfidential()) {
            throw new OAuthException(OAuthError.UNAUTHORIZED_CLIENT, "the client needs a secret or a key for this");
        }
        ProtectedService service = requireService(request.resource());
        User account = User.ofClient(client.id(), client.name());
        if (!service.policy().admits(Profile.of(account))) {
            events.warn("token.denied", Map.of("client", client.id(), "resource", service.resource()));
            throw new OAuthException(
                    OAuthError.UNAUTHORIZED_CLIENT, "the service does not admit this client; its operator decides");
        }
        String scope = service.scopes()
                .grant(request.scope() == null ? "" : request.scope())
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_SCOPE,
                        "the scopes here are: "
                                + String.join(" ", service.scopes().all())));
        Grant grant = newGrant(client, account, service, scope);
        AccessTokens.Minted token = accessTokens.mint(grant, scope);
        events.record(
                "token.issued",
                Map.of(
                        "client", client.id(),
                        "user", account.id(),
                        "resource", service.resource(),
                        "grant", grant.familyId()));
        return new TokenResponse(token.value(), token.lifetime(), null, scope);
    }

    private ProtectedService requireService(@Nullable String resource) {
        List<ProtectedService> all = services.all();
        if (resource == null && all.size() == 1) {
            return all.getFirst();
        }
        return services.byResource(resource == null ? "" : resource)
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_TARGET, "resource must be the URL of a service of this gateway"));
    }

    /** It lives as long as its one token; nobody knows a refresh token of it. */
    private Grant newGrant(Client client, User account, ProtectedService service, String scope) {
        Instant now = clock.instant();
        Instant end = now.plus(lifetimes.accessToken());
        String familyId = random.random(FAMILY_BYTES);
        store.create(new NewGrant(
                familyId,
                client.id(),
                account.id(),
                account.name(),
                service.resource(),
                scope,
                SecureTokens.hash(random.random(BYTES)),
                now,
                end,
                end));
        return new Grant(
                familyId, client.id(), account.id(), account.name(), service.resource(), scope, 0, now, now, end, end);
    }
}
