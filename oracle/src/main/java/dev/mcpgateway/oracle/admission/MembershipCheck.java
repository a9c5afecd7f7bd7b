package dev.mcpgateway.oracle.admission;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.identity.Identification;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.SignInException;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.storage.AccountStore;
import dev.mcpgateway.storage.AccountStore.Account;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.TokenStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks a user's identity provider whether what it said still holds. Grants that the rules do not admit any more end at
 * once, all of them if the provider does not vouch for the user any more. A provider that cannot be asked ends nothing.
 * Of several oracles one asks about a user. Thread-safe.
 */
public final class MembershipCheck {
    private static final Logger LOGGER = System.getLogger(MembershipCheck.class.getName());

    /** An answer so young is not asked for again. */
    private static final Duration FRESH = Duration.ofSeconds(10);

    /** How long a provider that did not answer is left alone. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** When a user is due again about whom there was no answer, or as soon as they would be with one. */
    private static final Duration RETRY = Duration.ofSeconds(30);

    private static final int MAX_PAUSES = 10_000;
    private static final int PAGE = 100;

    private final AccountStore accounts;
    private final TokenStore tokens;
    private final Profiles profiles;
    private final Admission admission;
    private final List<IdentityProvider> providers;
    private final Duration maxAge;
    private final SecurityEvents events;
    private final Clock clock;

    /** By the id of a provider, or, where a limit is that of one user, of the user. */
    private final Map<String, Instant> pauses = new ConcurrentHashMap<>();

    /** @param maxAge how long an answer counts while there is no newer one */
    public MembershipCheck(
            Store store,
            Profiles profiles,
            Admission admission,
            List<IdentityProvider> providers,
            Duration maxAge,
            SecurityEvents events,
            Clock clock) {
        this.accounts = store.accounts();
        this.tokens = store.tokens();
        this.profiles = profiles;
        this.admission = admission;
        this.providers = List.copyOf(providers);
        this.maxAge = maxAge;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Asks about a user whose tokens are about to be refreshed, unless that was done a moment ago.
     *
     * @throws OAuthException TEMPORARILY_UNAVAILABLE if there is no answer, and the last one is too old to count
     */
    public void beforeRefresh(String userId) {
        Account account = accounts.find(userId).orElse(null);
        KnownUser known = account == null ? null : profiles.open(account).orElse(null);
        if (account == null || known == null || isYoungerThan(FRESH, known)) {
            return;
        }
        boolean answered = ask(account, known);
        if (!answered && !isYoungerThan(maxAge, known)) {
            throw new OAuthException(
                    OAuthError.TEMPORARILY_UNAVAILABLE,
                    "the identity provider cannot be asked whether the user may still come in; try again later");
        }
    }

    /** Asks about a user whose time has come, or forgets them with their last grant. */
    void due(Account account) {
        KnownUser known = profiles.open(account).orElse(null);
        if (known == null) {
            LOGGER.log(
                    Level.WARNING, "what is kept of user {0} cannot be opened, so it is forgotten", account.userId());
            accounts.delete(account.userId());
        } else if (clock.instant().isAfter(known.keepUntil()) && !hasGrants(account.userId())) {
            accounts.delete(account.userId());
        } else {
            var _ = ask(account, known);
        }
    }

    /** Forgets a user who has no grant any more. */
    void ended(String userId) {
        if (!hasGrants(userId)) {
            accounts.delete(userId);
        }
    }

    private boolean hasGrants(String userId) {
        return !tokens.listByUser(userId, null, 1).items().isEmpty();
    }

    private boolean isYoungerThan(Duration age, KnownUser known) {
        return clock.instant().isBefore(known.answeredAt().plus(age));
    }

    /** @return false if there is no newer answer than before */
    private boolean ask(Account account, KnownUser known) {
        boolean paused = isPaused(known.provider()) || isPaused(account.userId());
        Account claimed = profiles.postponed(account, paused ? RETRY : profiles.interval());
        if (!accounts.replace(account, claimed) || paused) {
            return false; // Somebody else is asking, the user has just signed in, or there is nobody to ask.
        }
        try {
            Identification answer =
                    provider(known.provider()).recheck(known.profile().user(), known.proof());
            return keep(claimed, known, answer);
        } catch (SignInException e) {
            return failed(claimed, known, e);
        }
    }

    private IdentityProvider provider(String id) throws SignInException {
        Optional<IdentityProvider> provider =
                providers.stream().filter(each -> each.id().equals(id)).findFirst();
        return provider.orElseThrow(() ->
                new SignInException(SignInException.Reason.EXPIRED, "this oracle has no provider '%s'".formatted(id)));
    }

    private boolean keep(Account claimed, KnownUser known, Identification answer) {
        String proof = answer.proof();
        if (proof == null) {
            accounts.delete(claimed.userId());
        } else if (!accounts.replace(claimed, profiles.account(known.with(answer, proof, clock.instant())))) {
            return true; // The user has just signed in, so this answer is the older one.
        }
        end(known, "the rules do not admit the user any more", grant -> !admission.admits(grant));
        return true;
    }

    private boolean failed(Account claimed, KnownUser known, SignInException failure) {
        String reason = String.valueOf(failure.getMessage());
        String userId = known.profile().user().id();
        if (!accounts.replace(claimed, profiles.postponed(claimed, RETRY))) {
            return true; // The user has just signed in: what was asked with is not what they have now.
        }
        return switch (failure.reason()) {
            case DENIED, INVALID -> {
                endAll(known, reason);
                yield true;
            }
            case EXPIRED -> {
                boolean over = !isYoungerThan(maxAge, known);
                if (over) {
                    endAll(known, reason);
                }
                yield over;
            }
            case UNAVAILABLE -> {
                Duration wait = failure.retryAfter();
                pause(wait == null ? known.provider() : userId, wait == null ? PAUSE : wait);
                LOGGER.log(
                        Level.WARNING,
                        "membership not checked: provider={0} user={1} answered_at={2} reason={3}",
                        known.provider(),
                        userId,
                        known.answeredAt(),
                        reason);
                yield false;
            }
        };
    }

    private void endAll(KnownUser known, String reason) {
        end(known, reason, _ -> true);
        accounts.delete(known.profile().user().id());
    }

    private void end(KnownUser known, String reason, Predicate<Grant> which) {
        String userId = known.profile().user().id();
        @Nullable String after = null;
        do {
            Page<Grant> page = tokens.listByUser(userId, after, PAGE);
            page.items().stream().filter(which).forEach(grant -> end(known, reason, grant));
            after = page.next();
        } while (after != null);
    }

    private void end(KnownUser known, String reason, Grant grant) {
        if (tokens.revokeFamily(grant.familyId())) {
            events.warn(
                    "membership.ended",
                    Map.of(
                            "provider", known.provider(),
                            "user", grant.userId(),
                            "client", grant.clientId(),
                            "resource", grant.resource(),
                            "grant", grant.familyId(),
                            "reason", reason));
        }
    }

    private boolean isPaused(String id) {
        Instant until = pauses.get(id);
        return until != null && clock.instant().isBefore(until);
    }

    private void pause(String id, Duration wait) {
        Instant now = clock.instant();
        if (pauses.size() >= MAX_PAUSES) {
            pauses.values().removeIf(until -> !now.isBefore(until));
        }
        if (pauses.size() < MAX_PAUSES) {
            pauses.put(id, now.plus(wait));
        }
    }
}
