package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.AccountStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is known of users in hashes {@code oauth:account:}, and whose a name is in texts {@code oauth:pin:}. */
final class RedisAccountStore implements AccountStore {
    private final Redis redis;
    private final Clock clock;

    RedisAccountStore(Redis redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    @Override
    public void save(Account account) {
        redis.run(Script.SAVE_ACCOUNT.on(
                keys(account.userId()),
                fields(account)
                        .after(
                                Lifetime.until(account.expiresAt(), clock),
                                account.userId(),
                                EpochMillis.of(account.dueAt()))));
    }

    @Override
    public Optional<Account> find(String userId) {
        return live(redis.run(Script.READ.on(Keys.account(userId))).records()).stream()
                .findFirst();
    }

    @Override
    public boolean replace(Account expected, Account next) {
        return redis.run(Script.REPLACE_ACCOUNT.on(
                        keys(expected.userId()),
                        fields(next)
                                .after(
                                        clock.millis(),
                                        expected.sealed(),
                                        EpochMillis.of(expected.dueAt()),
                                        Lifetime.until(next.expiresAt(), clock),
                                        next.userId(),
                                        EpochMillis.of(next.dueAt()))))
                .yes();
    }

    @Override
    public boolean delete(String userId) {
        return redis.run(Script.DELETE_ACCOUNT.on(keys(userId), clock.millis(), userId))
                .yes();
    }

    @Override
    public List<Account> due(int limit) {
        List<Script.Call> questions = Bucket.ALL.stream()
                .map(bucket -> Script.DUE.on(Keys.accountsDue(bucket), clock.millis(), limit))
                .toList();
        List<String> ids = redis.runAll(questions).stream()
                .flatMap(reply -> reply.texts().stream())
                .limit(limit)
                .toList();
        List<Account> due = new ArrayList<>();
        for (String userId : ids) {
            Optional<Account> account = find(userId);
            if (account.isEmpty()) {
                delete(userId); // It expired: what is left is its place in the index.
            } else {
                due.add(account.get());
            }
        }
        return due;
    }

    @Override
    public String pin(String name, String userId) {
        return redis.run(Script.PIN.on(Keys.pin(name), userId)).text(1);
    }

    /** Remembers it unless something is known of the user. */
    boolean add(Account account) {
        return redis.run(Script.ADD_ACCOUNT.on(
                        keys(account.userId()),
                        fields(account)
                                .after(
                                        clock.millis(),
                                        Lifetime.until(account.expiresAt(), clock),
                                        account.userId(),
                                        EpochMillis.of(account.dueAt()))))
                .yes();
    }

    /** Gives the name to the user unless somebody has it. */
    boolean addPin(String name, String userId) {
        return redis.run(Script.PIN.on(Keys.pin(name), userId)).yes();
    }

    Optional<String> owner(String name) {
        return Optional.of(redis.run(Script.GET.on(Keys.pin(name))).text(0)).filter(owner -> !owner.isEmpty());
    }

    private static List<String> keys(String userId) {
        return List.of(Keys.account(userId), Keys.accountsDue(Bucket.of(userId)));
    }

    private static Fields fields(Account account) {
        return Fields.create()
                .with("user_id", account.userId())
                .with("sealed", account.sealed())
                .with("due_at", account.dueAt())
                .with("expires_at", account.expiresAt());
    }

    private List<Account> live(List<Fields> records) {
        return records.stream()
                .filter(fields -> !fields.isEmpty() && fields.number("expires_at") > clock.millis())
                .map(fields -> new Account(
                        fields.text("user_id"),
                        fields.text("sealed"),
                        fields.instant("due_at"),
                        fields.instant("expires_at")))
                .toList();
    }
}
