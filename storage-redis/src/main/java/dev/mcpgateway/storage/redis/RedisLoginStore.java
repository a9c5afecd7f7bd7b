package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.LoginStore;
import java.time.Clock;
import java.util.Optional;

/** Sign-ins under way in hashes {@code oauth:state:}. */
final class RedisLoginStore implements LoginStore {
    private final Redis redis;
    private final Clock clock;

    RedisLoginStore(Redis redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    @Override
    public void begin(PendingLogin login) {
        Fields fields = Fields.create()
                .with("state_hash", login.stateHash())
                .with("browser_hash", login.browserHash())
                .with("provider", login.provider())
                .with("request", login.request())
                .with("expires_at", login.expiresAt());
        redis.run(Script.PUT.on(Keys.login(login.stateHash()), fields.after(Lifetime.until(login.expiresAt(), clock))));
    }

    @Override
    public Optional<PendingLogin> consume(String stateHash) {
        Fields fields = redis.run(Script.TAKE.on(Keys.login(stateHash))).fields(0);
        if (fields.isEmpty() || fields.number("expires_at") <= clock.millis()) {
            return Optional.empty();
        }
        return Optional.of(new PendingLogin(
                fields.text("state_hash"),
                fields.text("browser_hash"),
                fields.text("provider"),
                fields.text("request"),
                fields.instant("expires_at")));
    }
}
