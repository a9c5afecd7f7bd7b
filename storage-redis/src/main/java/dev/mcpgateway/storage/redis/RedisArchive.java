package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.Archive;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.client.RedisException;

/** Everything that a backup holds. Clients and grants are read out of their indexes, what else there is by scanning. */
final class RedisArchive implements Archive {
    private static final int CHUNK = 500;

    private final Redis redis;
    private final Clock clock;
    private final RedisClientStore clients;
    private final RedisConsentStore consents;
    private final RedisTokenStore tokens;
    private final RedisAccountStore accounts;
    private final RedisKeyStore keys;
    private final GrantRows grants;

    RedisArchive(
            Redis redis,
            Clock clock,
            RedisClientStore clients,
            RedisConsentStore consents,
            RedisTokenStore tokens,
            RedisAccountStore accounts,
            RedisKeyStore keys,
            GrantRows grants) {
        this.redis = redis;
        this.clock = clock;
        this.clients = clients;
        this.consents = consents;
        this.tokens = tokens;
        this.accounts = accounts;
        this.keys = keys;
        this.grants = grants;
    }

    @Override
    public void read(Consumer<Entry> reader) {
        moments(Keys.REVOKED_FAMILIES, Entry.RevokedFamily::new, reader);
        moments(Keys.REVOKED_USERS, Entry.RevokedUser::new, reader);
        moments(Keys.REVOKED_CLIENTS, Entry.RevokedClient::new, reader);
        moments(Keys.FORGOTTEN_CONSENTS, Entry.ForgottenConsents::new, reader);
        scan(
                Keys.KEYS_OF_PURPOSE,
                found -> found.forEach(
                        key -> keys.list(Keys.id(key)).forEach(secret -> reader.accept(new Entry.Key(secret)))));
        scan(
                Keys.PINS,
                found -> found.forEach(key -> accounts.owner(Keys.id(key))
                        .ifPresent(userId -> reader.accept(new Entry.Pin(Keys.id(key), userId)))));
        scan(
                Keys.ACCOUNTS,
                found -> found.forEach(key ->
                        accounts.find(Keys.id(key)).ifPresent(account -> reader.accept(new Entry.Known(account)))));
        clients(reader);
        scan(
                Keys.CONSENTS,
                found -> found.forEach(key ->
                        consents.of(Keys.id(key)).forEach(consent -> reader.accept(new Entry.Agreement(consent)))));
        families(reader);
    }

    /** What scanning finds of revocations, each of which is a text that is a moment. */
    private void moments(String prefix, BiFunction<String, Instant, Entry> entry, Consumer<Entry> reader) {
        scan(
                prefix,
                found -> redis.numbers(found).entrySet().stream()
                        .map(moment -> entry.apply(Keys.id(moment.getKey()), Instant.ofEpochMilli(moment.getValue())))
                        .filter(this::isAhead)
                        .forEach(reader));
    }

    private boolean isAhead(Entry entry) {
        return EpochMillis.of(entry.expiresAt()) > clock.millis();
    }

    /**
     * Keys of this prefix, some at a time. Redis may repeat one while it makes its table smaller, which does no harm.
     */
    private void scan(String prefix, Consumer<List<String>> reader) {
        try (Stream<String> keys = redis.client()
                .getKeys()
                .getKeysStream(KeysScanOptions.defaults().pattern(prefix + "{*").chunkSize(CHUNK))) {
            List<String> some = new ArrayList<>();
            for (Iterator<String> all = keys.iterator(); all.hasNext(); ) {
                String key = all.next();
                some.add(key);
                if (some.size() == CHUNK) {
                    reader.accept(some);
                    some = new ArrayList<>();
                }
            }
            if (!some.isEmpty()) {
                reader.accept(some);
            }
        } catch (RedisException e) {
            throw redis.explain(e);
        }
    }

    private void clients(Consumer<Entry> reader) {
        @Nullable String after = null;
        do {
            var page = clients.list(after, Page.MAX_LIMIT);
            page.items().forEach(client -> reader.accept(new Entry.Client(client)));
            after = page.next();
        } while (after != null);
    }

    private void families(Consumer<Entry> reader) {
        for (Bucket bucket : Bucket.ALL) {
            String from = "-";
            while (true) {
                List<String> ids = redis.run(Script.PAGE.on(Keys.grants(bucket), from, CHUNK))
                        .texts();
                if (ids.isEmpty()) {
                    break;
                }
                grants.live(ids).forEach(row -> reader.accept(GrantRows.family(row)));
                from = "(" + ids.getLast();
            }
        }
    }

    @Override
    public Outcome write(Entry entry) {
        if (!isAhead(entry)) {
            return Outcome.ENDED;
        }
        return switch (entry) {
            case Entry.Client(var client) -> addedIf(clients.createIfAbsent(client));
            case Entry.Family family -> write(family);
            case Entry.Agreement(Consent consent) -> consents.recordIfAbsent(consent);
            case Entry.Key(var key) -> addedIf(keys.add(key));
            case Entry.Known(var account) -> addedIf(accounts.add(account));
            case Entry.Pin(var name, var userId) -> addedIf(accounts.addPin(name, userId));
            case Entry.RevokedFamily revoked -> addedIf(write(revoked));
            case Entry.RevokedUser(var userId, var upTo) ->
                addedIf(grows(Owner.USER.marker(userId), upTo) && tokens.revokeUser(userId, upTo) >= 0);
            case Entry.RevokedClient(var clientId, var upTo) ->
                addedIf(grows(Owner.CLIENT.marker(clientId), upTo) && tokens.revokeClient(clientId, upTo) >= 0);
            case Entry.ForgottenConsents(var userId, var upTo) -> addedIf(consents.forgetUser(userId, upTo));
        };
    }

    private static Outcome addedIf(boolean added) {
        return added ? Outcome.ADDED : Outcome.PRESENT;
    }

    private boolean grows(String marker, Instant upTo) {
        Long before = redis.numbers(List.of(marker)).get(marker);
        return before == null || before < EpochMillis.of(upTo);
    }

    private Outcome write(Entry.Family family) {
        Fields row = GrantRows.row(family);
        return grants.isRevoked(row) ? Outcome.ENDED : grants.create(row);
    }

    private boolean write(Entry.RevokedFamily revoked) {
        boolean ended = tokens.findGrant(revoked.familyId()).isPresent() && tokens.revokeFamily(revoked.familyId());
        boolean remembered = redis.run(Script.REMEMBER_REVOKED.on(
                        Keys.revokedFamily(revoked.familyId()),
                        Lifetime.until(revoked.expiresAt(), clock),
                        EpochMillis.of(revoked.expiresAt())))
                .yes();
        return ended || remembered;
    }

    @Override
    public void clear() {
        for (String prefix : Keys.FORGETTABLE) {
            scan(prefix, this::delete);
        }
    }

    private void delete(List<String> found) {
        redis.runAll(found.stream().map(Script.DELETE::on).toList());
    }
}
