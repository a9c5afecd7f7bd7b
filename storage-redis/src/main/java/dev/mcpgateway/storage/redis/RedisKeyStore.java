package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.KeyStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Sealed keys of one purpose in one hash {@code oauth:key:}: {@code CREATED_AT:SEALED} by id. */
final class RedisKeyStore implements KeyStore {
    private final Redis redis;

    RedisKeyStore(Redis redis) {
        this.redis = redis;
    }

    @Override
    public List<SealedKey> list(String purpose) {
        return redis.run(Script.READ.on(Keys.keys(purpose))).records().stream()
                .flatMap(fields -> fields.values().entrySet().stream())
                .filter(entry -> !entry.getKey().isEmpty())
                .map(entry -> key(purpose, entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(SealedKey::createdAt).thenComparing(SealedKey::id))
                .toList();
    }

    @Override
    public boolean createFirst(SealedKey key) {
        return redis.run(Script.CREATE_FIRST_KEY.on(Keys.keys(key.purpose()), key.id(), value(key)))
                .yes();
    }

    @Override
    public boolean createNext(SealedKey key, String newestId) {
        return redis.run(Script.CREATE_NEXT_KEY.on(Keys.keys(key.purpose()), key.id(), value(key), newestId))
                .yes();
    }

    @Override
    public boolean replace(SealedKey known, String sealed) {
        SealedKey changed = new SealedKey(known.purpose(), known.id(), sealed, known.createdAt());
        return redis.run(Script.REPLACE_KEY.on(Keys.keys(known.purpose()), known.id(), value(known), value(changed)))
                .yes();
    }

    @Override
    public boolean delete(String purpose, String id) {
        return redis.run(Script.DELETE_KEY.on(Keys.keys(purpose), id)).yes();
    }

    /** Adds a key to those of its purpose unless it is there. */
    boolean add(SealedKey key) {
        return redis.run(Script.ADD_KEY.on(Keys.keys(key.purpose()), key.id(), value(key)))
                .yes();
    }

    private static String value(SealedKey key) {
        return EpochMillis.of(key.createdAt()) + ":" + key.sealed();
    }

    private static SealedKey key(String purpose, String id, String value) {
        int colon = value.indexOf(':');
        return new SealedKey(
                purpose,
                id,
                value.substring(colon + 1),
                Instant.ofEpochMilli(Long.parseLong(value.substring(0, colon))));
    }
}
