package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.admission.Admission;
import dev.mcpgateway.oracle.admission.MembershipCheck;
import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.jwt.AccessTokens;
import dev.mcpgateway.oracle.limit.RateLimit;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.settings.Lifetimes;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.TokenStore;
import dev.mcpgateway.storage.TokenStore.Presented;
import dev.mcpgateway.storage.TokenStore.Rotation;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rotates a refresh token on every use. Clients that refresh several times at once, or lose an answer, present the
 * previous token again: within a grace window they all get the same successor. An older token ends the family.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-6">RFC 6749, section 6</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2">RFC 9700, section 4.14.2</a>
 */
public final class RefreshTokenGrant {
    /** How often the previous token yields the same successor. */
    private static final int MAX_REPEATS = 32;

    private final TokenStore store;
    private final Admission admission;
    private final MembershipCheck memberships;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;
    private final Lifetimes lifetimes;
    private final RateLimit limit;
    private final SecurityEvents events;
    private final Clock clock;

    /** @param limit by grant */
    public RefreshTokenGrant(
            TokenStore store,
            Admission admission,
            MembershipCheck memberships,
            AccessTokens accessTokens,
            RefreshTokens refreshTokens,
            Lifetimes lifetimes,
            RateLimit limit,
            SecurityEvents events,
            Clock clock) {
        this.store = store;
        this.admission = admission;
        this.memberships = memberships;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
        this.lifetimes = lifetimes;
        this.limit = limit;
        this.events = events;
        this.clock = clock;
    }

    TokenResponse rotate(Client client, TokenRequest.Refresh refresh) {
        RefreshToken presented =
                refreshTokens.parse(refresh.refreshToken()).orElseThrow(RefreshTokenGrant::unknownToken);
        Grant current = store.findGrant(presented.familyId())
                .filter(grant -> grant.clientId().equals(client.id()))
                .orElseThrow(RefreshTokenGrant::unknownToken);
        limit.acquire(current.familyId()).ifPresent(wait -> {
            throw OAuthException.tooMany("refreshes of this connection", wait);
        });
        if (!admission.isSame(current.resource(), Optional.ofNullable(refresh.resource()))) {
            throw new OAuthException(OAuthError.INVALID_TARGET, "resource differs from the one that was granted");
        }
        String scope = narrowed(current.scope(), refresh.scope());
        memberships.beforeRefresh(current.userId());
        checkAdmission(current);
        return switch (store.rotate(present(presented, client))) {
            case Rotation.Advanced(var grant) -> issue("token.refreshed", grant, presented, scope);
            case Rotation.Repeated(var grant) -> issue("token.repeated", grant, presented, scope);
            case Rotation.Recovered(var grant) -> {
                events.warn("token.recovered", details(grant));
                yield issue("token.refreshed", grant, presented, scope);
            }
            case Rotation.Reused(var _) -> {
                events.warn("token.reuse", details(current));
                throw new OAuthException(
                        OAuthError.INVALID_GRANT, "the refresh token was used before; all of its family are revoked");
            }
            case Rotation.Foreign() -> throw unknownToken();
            case Rotation.Unknown() -> throw unknownToken();
        };
    }

    private Presented present(RefreshToken token, Client client) {
        return new Presented(
                token.familyId(),
                token.sequence(),
                token.secretHash(),
                client.id(),
                clock.instant(),
                lifetimes.refreshToken(),
                client.rotatesStrictly() ? Duration.ZERO : lifetimes.refreshGrace(),
                MAX_REPEATS);
    }

    /** The scope of the new access token; the grant keeps its own. */
    private static String narrowed(String granted, @Nullable String requested) {
        if (requested == null) {
            return granted;
        }
        List<String> wanted = List.of(requested.strip().split(" +"));
        if (!Set.of(granted.split(" ")).containsAll(wanted)) {
            throw new OAuthException(OAuthError.INVALID_SCOPE, "the scope exceeds what was granted: " + granted);
        }
        return String.join(" ", wanted.stream().distinct().toList());
    }

    private void checkAdmission(Grant grant) {
        if (!admission.admits(grant)) {
            store.revokeFamily(grant.familyId());
            events.warn("token.denied", details(grant));
            throw new OAuthException(OAuthError.INVALID_GRANT, "the user may not use this resource any more");
        }
    }

    private TokenResponse issue(String event, Grant grant, RefreshToken presented, String scope) {
        AccessTokens.Minted accessToken = accessTokens.mint(grant, scope);
        events.record(event, details(grant));
        return new TokenResponse(
                accessToken.value(),
                accessToken.lifetime(),
                refreshTokens.write(presented.successor(grant.sequence())),
                scope);
    }

    private static Map<String, String> details(Grant grant) {
        return Map.of(
                "client", grant.clientId(),
                "user", grant.userId(),
                "resource", grant.resource(),
                "grant", grant.familyId(),
                "sequence", Long.toString(grant.sequence()));
    }

    private static OAuthException unknownToken() {
        return new OAuthException(
                OAuthError.INVALID_GRANT,
                "the refresh token is unknown, has expired, was revoked, or belongs to another client");
    }
}
