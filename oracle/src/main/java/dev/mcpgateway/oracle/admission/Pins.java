package dev.mcpgateway.oracle.admission;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.storage.AccountStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whose a name in a rule is: of the account that had it when it was first seen. A login can be given up and taken by
 * somebody else, who would come in with it. Thread-safe.
 */
final class Pins {
    /** How long the store's answer is kept. It changes only with a backup that is imported. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    private static final int MAX_KEPT = 10_000;

    private final AccountStore store;
    private final SecurityEvents events;
    private final Clock clock;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    private record Kept(String owner, Instant until) {}

    Pins(AccountStore store, SecurityEvents events, Clock clock) {
        this.store = store;
        this.events = events;
        this.clock = clock;
    }

    /** Whether the name is this user's, also because it is nobody's yet. */
    boolean belongs(String name, User user) {
        Kept known = kept.get(name);
        Instant now = clock.instant();
        if (known != null && now.isBefore(known.until())) {
            return known.owner().equals(user.id());
        }
        String owner = store.pin(name, user.id());
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        kept.put(name, new Kept(owner, now.plus(KEPT)));
        if (!owner.equals(user.id())) {
            events.warn("login.other_account", Map.of("name", name, "user", user.id(), "pinned", owner));
            return false;
        }
        return true;
    }
}
