package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.ClientStore;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Clients in hashes {@code oauth:client:}. */
final class RedisClientStore implements ClientStore {
    private static final String SECRET_HASH = "secret_hash";
    private static final String REGISTRATION_TOKEN_HASH = "registration_token_hash";

    private final Redis redis;
    private final Clock clock;
    private final Index index;

    RedisClientStore(Redis redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
        this.index = new Index(redis);
    }

    @Override
    public void create(RegisteredClient client) {
        if (!createIfAbsent(client)) {
            throw new StoreException(redis.name() + " has a client of this id already");
        }
    }

    boolean createIfAbsent(RegisteredClient client) {
        Fields fields = Fields.create()
                .with("id", client.id())
                .with(SECRET_HASH, client.secretHash())
                .with(REGISTRATION_TOKEN_HASH, client.registrationTokenHash())
                .with("metadata", client.metadata())
                .with("created_at", client.createdAt())
                .with("expires_at", client.expiresAt());
        Bucket bucket = Bucket.of(client.id());
        return redis.run(Script.CREATE_CLIENT.on(
                        List.of(Keys.client(client.id()), Keys.clients(bucket), Keys.clientEnds(bucket)),
                        fields.after(
                                clock.millis(),
                                Lifetime.until(client.expiresAt(), clock),
                                client.id(),
                                EpochMillis.of(client.expiresAt()))))
                .yes();
    }

    @Override
    public Optional<RegisteredClient> find(String id) {
        return redis.run(Script.READ.on(Keys.client(id))).records().stream()
                .filter(this::isLive)
                .map(RedisClientStore::client)
                .findFirst();
    }

    @Override
    public boolean update(RegisteredClient client) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(clock.millis());
        List<String> dropped = new ArrayList<>();
        if (client.secretHash() == null) {
            dropped.add(SECRET_HASH);
        }
        if (client.registrationTokenHash() == null) {
            dropped.add(REGISTRATION_TOKEN_HASH);
        }
        arguments.add(dropped.size());
        arguments.addAll(dropped);
        Fields fields = Fields.create()
                .with("metadata", client.metadata())
                .with(SECRET_HASH, client.secretHash())
                .with(REGISTRATION_TOKEN_HASH, client.registrationTokenHash());
        return redis.run(Script.UPDATE_CLIENT.on(Keys.client(client.id()), fields.after(arguments.toArray())))
                .yes();
    }

    @Override
    public void extend(String id, Instant expiresAt) {
        redis.run(Script.EXTEND_CLIENT.on(
                List.of(Keys.client(id), Keys.clientEnds(Bucket.of(id))),
                clock.millis(),
                Lifetime.until(expiresAt, clock),
                id,
                EpochMillis.of(expiresAt)));
    }

    @Override
    public boolean delete(String id) {
        return redis.run(deletion(id)).yes();
    }

    Script.Call deletion(String id) {
        Bucket bucket = Bucket.of(id);
        return Script.DELETE_CLIENT.on(
                List.of(Keys.client(id), Keys.clients(bucket), Keys.clientEnds(bucket)), clock.millis(), id);
    }

    @Override
    public Page<RegisteredClient> list(@Nullable String after, int limit) {
        return index.page(
                Bucket.ALL.stream().map(Keys::clients).toList(), after, limit, this::read, RegisteredClient::id);
    }

    private List<RegisteredClient> read(List<String> ids) {
        return redis.read(ids, Keys::client).stream()
                .filter(this::isLive)
                .map(RedisClientStore::client)
                .toList();
    }

    private boolean isLive(Fields fields) {
        return !fields.isEmpty() && fields.number("expires_at") > clock.millis();
    }

    private static RegisteredClient client(Fields fields) {
        return new RegisteredClient(
                fields.text("id"),
                fields.textOrNull(SECRET_HASH),
                fields.textOrNull(REGISTRATION_TOKEN_HASH),
                fields.text("metadata"),
                fields.instant("created_at"),
                fields.instant("expires_at"));
    }
}
