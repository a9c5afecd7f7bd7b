package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.SessionStore;
import java.time.Clock;
import java.util.Optional;

/** Sessions of browsers in hashes {@code oauth:session:}. */
final class RedisSessionStore implements SessionStore {
    private final Redis redis;
    private final Clock clock;

    RedisSessionStore(Redis redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    @Override
    public void begin(Session session) {
        Fields fields = Fields.create()
                .with("hash", session.hash())
                .with("user_id", session.userId())
                .with("user_name", session.userName())
                .with("provider", session.provider())
                .with("created_at", session.createdAt())
                .with("expires_at", session.expiresAt());
        redis.run(
                Script.PUT.on(Keys.session(session.hash()), fields.after(Lifetime.until(session.expiresAt(), clock))));
    }

    @Override
    public Optional<Session> find(String hash) {
        return redis.run(Script.READ.on(Keys.session(hash))).records().stream()
                .filter(fields -> !fields.isEmpty() && fields.number("expires_at") > clock.millis())
                .map(fields -> new Session(
                        fields.text("hash"),
                        fields.text("user_id"),
                        fields.text("user_name"),
                        fields.text("provider"),
                        fields.instant("created_at"),
                        fields.instant("expires_at")))
                .findFirst();
    }

    @Override
    public void end(String hash) {
        redis.run(Script.DELETE.on(Keys.session(hash)));
    }
}
