package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.admission.Admission;
import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.jwt.AccessTokens;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.settings.Lifetimes;
import dev.mcpgateway.storage.CodeStore.Consumption;
import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.Store;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;

/**
 * Uses up a code whose bindings were checked: it becomes a grant in one step. A second use ends that grant.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9700#section-4.5">RFC 9700, section 4.5</a>
 */
public final class CodeRedemption {
    private static final Instant FAR_FUTURE = Instant.parse("9999-01-01T00:00:00Z");

    private final Store store;
    private final Admission admission;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;
    private final Lifetimes lifetimes;
    private final SecurityEvents events;
    private final Clock clock;

    public CodeRedemption(
            Store store,
            Admission admission,
            AccessTokens accessTokens,
            RefreshTokens refreshTokens,
            Lifetimes lifetimes,
            SecurityEvents events,
            Clock clock) {
        this.store = store;
        this.admission = admission;
        this.accessTokens = accessTokens;
        this.refreshTokens = refreshTokens;
        this.lifetimes = lifetimes;
        this.events = events;
        this.clock = clock;
    }

    /** @param unknown what to answer if the code has expired meanwhile */
    TokenResponse redeem(Client client, IssuedCode code, OAuthException unknown) {
        requireAdmission(client, code);
        RefreshToken refreshToken = refreshTokens.first(code.familyId());
        Grant grant = newGrant(code);
        store.clients().extend(grant.clientId(), endOfClient(grant));
        Consumption consumption = store.codes()
                .consume(code.hash(), toNewGrant(grant, refreshToken))
                .orElseThrow(() -> unknown);
        return switch (consumption) {
            case Consumption.Fresh _ -> issue(grant, refreshToken);
            case Consumption.Replayed(var familyId) -> throw replayed(client, familyId);
        };
    }

    private void requireAdmission(Client client, IssuedCode code) {
        if (!admission.admits(code.userId(), code.userName(), code.resource())) {
            events.warn(
                    "token.denied", Map.of("client", client.id(), "user", code.userId(), "resource", code.resource()));
            throw new OAuthException(OAuthError.INVALID_GRANT, "the user may not use this resource any more");
        }
    }

    private Grant newGrant(IssuedCode code) {
        Instant now = clock.instant();
        return new Grant(
                code.familyId(),
                code.clientId(),
                code.userId(),
                code.userName(),
                code.resource(),
                code.scope(),
                0,
                now,
                now,
                now.plus(lifetimes.refreshToken()),
                now.plus(lifetimes.grant()));
    }

    private static NewGrant toNewGrant(Grant grant, RefreshToken first) {
        return new NewGrant(
                grant.familyId(),
                grant.clientId(),
                grant.userId(),
                grant.userName(),
                grant.resource(),
                grant.scope(),
                first.secretHash(),
                grant.createdAt(),
                grant.idleExpiresAt(),
                grant.expiresAt());
    }

    /** A client outlives its grants, so that it is still known when its user signs in again. */
    private Instant endOfClient(Grant grant) {
        return lifetimes.client().isZero() ? FAR_FUTURE : grant.expiresAt().plus(lifetimes.client());
    }

    private TokenResponse issue(Grant grant, RefreshToken refreshToken) {
        AccessTokens.Minted accessToken = accessTokens.mint(grant, grant.scope());
        events.record(
                "token.issued",
                Map.of(
                        "client", grant.clientId(),
                        "user", grant.userId(),
                        "resource", grant.resource(),
                        "grant", grant.familyId()));
        return new TokenResponse(
                accessToken.value(), accessToken.lifetime(), refreshTokens.write(refreshToken), grant.scope());
    }

    /** Reported once: whoever repeats the replay must not fill the log. */
    private OAuthException replayed(Client client, String familyId) {
        if (store.tokens().revokeFamily(familyId)) {
            events.warn("code.reuse", Map.of("client", client.id(), "grant", familyId));
        }
        return new OAuthException(OAuthError.INVALID_GRANT, "the code was used before; the tokens it gave are revoked");
    }
}
