package dev.mcpgateway.oracle.admission;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.identity.AsciiCase;
import dev.mcpgateway.oracle.identity.Identification;
import dev.mcpgateway.oracle.identity.Profile;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.oracle.settings.Lifetimes;
import dev.mcpgateway.storage.AccountStore;
import dev.mcpgateway.storage.AccountStore.Account;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Users as rules see them: what the store knows of them. Thread-safe. */
public final class Profiles {
    private static final String GITHUB = "github:";
    private static final Pattern GITHUB_ID = Pattern.compile("[0-9]{1,20}");

    private final AccountStore store;
    private final Sealer sealer;
    private final Lifetimes lifetimes;
    private final Duration interval;
    private final Clock clock;
    private final Pins pins;

    /**
     * The users of one store.
     *
     * @param sealer for what is kept of them
     * @param interval after which a provider is asked about a user again
     */
    public Profiles(
            AccountStore store,
            Sealer sealer,
            Lifetimes lifetimes,
            Duration interval,
            SecurityEvents events,
            Clock clock) {
        this.store = store;
        this.sealer = sealer;
        this.lifetimes = lifetimes;
        this.interval = interval;
        this.clock = clock;
        this.pins = new Pins(store, events, clock);
    }

    /** A user with as much as is known of them, and can be wanted. */
    Profile of(User user, Set<String> wanted) {
        boolean wantsAccount = wanted.stream().anyMatch(fact -> !fact.startsWith(GITHUB));
        Profile known = wantsAccount
                ? find(user.id()).map(KnownUser::profile).orElseGet(() -> Profile.of(user))
                : Profile.of(user);
        return of(known, wanted);
    }

    /** Somebody who was described just now, with their login if a rule names it and it is theirs. */
    Profile of(Profile described, Set<String> wanted) {
        User user = described.user();
        String login = GITHUB + AsciiCase.lower(user.name());
        boolean named = GITHUB_ID.matcher(user.id()).matches() && wanted.contains(login);
        if (!named || !pins.belongs(login, user)) {
            return described;
        }
        Set<String> facts = new HashSet<>(described.facts());
        facts.add(login);
        return new Profile(user, facts);
    }

    /**
     * Keeps what a provider said when the user signed in, so that it can be asked again; forgets it if it needs not be.
     *
     * @param provider its id
     */
    public void remember(String provider, Identification identified) {
        Instant now = clock.instant();
        User user = identified.profile().user();
        String proof = identified.proof();
        if (proof == null) {
            store.delete(user.id());
            return;
        }
        Duration untilGrant =
                lifetimes.code().compareTo(lifetimes.device()) > 0 ? lifetimes.code() : lifetimes.device();
        store.save(account(new KnownUser(identified.profile(), provider, proof, now, now.plus(untilGrant))));
    }

    /** As it is kept, to be asked about again after the interval. */
    Account account(KnownUser known) {
        Instant due = clock.instant().plus(interval);
        return new Account(known.profile().user().id(), known.seal(sealer), due, due.plus(lifetimes.grant()));
    }

    /** The same, asked about again after this time, or after the interval if that is shorter. */
    Account postponed(Account account, Duration time) {
        Duration wait = time.compareTo(interval) < 0 ? time : interval;
        return new Account(account.userId(), account.sealed(), clock.instant().plus(wait), account.expiresAt());
    }

    Duration interval() {
        return interval;
    }

    Optional<KnownUser> open(Account account) {
        return KnownUser.open(account.userId(), account.sealed(), sealer);
    }

    private Optional<KnownUser> find(String userId) {
        return store.find(userId).flatMap(this::open);
    }
}
