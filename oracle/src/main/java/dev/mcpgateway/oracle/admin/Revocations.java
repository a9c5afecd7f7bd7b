package dev.mcpgateway.oracle.admin;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.Store;
import java.time.Clock;
import java.util.Map;

/** What operators take back, and what the audit trail says about it. */
public final class Revocations {
    private static final Map.Entry<String, String> BY = Map.entry("by", "operator");

    private final Store store;
    private final SecurityEvents events;
    private final Clock clock;

    public Revocations(Store store, SecurityEvents events, Clock clock) {
        this.store = store;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Ends every grant of the user, and makes every client ask for consent again.
     *
     * @return how many live grants ended
     */
    public int revokeUser(String user) {
        int revoked = store.tokens().revokeUser(user, clock.instant());
        store.consents().forgetUser(user);
        events.record(
                "user.revoked",
                Map.ofEntries(BY, Map.entry("user", user), Map.entry("grants", Integer.toString(revoked))));
        return revoked;
    }

    /**
     * Ends every grant of the client, which goes on to be known.
     *
     * @return how many live grants ended
     */
    public int revokeClient(String client) {
        int revoked = store.tokens().revokeClient(client, clock.instant());
        events.record(
                "client.revoked",
                Map.ofEntries(BY, Map.entry("client", client), Map.entry("grants", Integer.toString(revoked))));
        return revoked;
    }

    public void revokeGrant(Grant grant) {
        store.tokens().revokeFamily(grant.familyId());
        events.record(
                "token.revoked",
                Map.ofEntries(
                        BY,
                        Map.entry("client", grant.clientId()),
                        Map.entry("user", grant.userId()),
                        Map.entry("grant", grant.familyId())));
    }
}
