package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.AccountStore;
import dev.mcpgateway.storage.Archive;
import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.ClientStore;
import dev.mcpgateway.storage.CodeStore;
import dev.mcpgateway.storage.ConsentStore;
import dev.mcpgateway.storage.DeviceStore;
import dev.mcpgateway.storage.KeyStore;
import dev.mcpgateway.storage.LoginStore;
import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.SessionStore;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.TokenStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.redisson.client.RedisException;

/** The store on Redis. Only wires. */
final class RedisStore implements Store {
    private final Redis redis;
    private final RedisUrl url;
    private final RedisClientStore clients;
    private final RedisLoginStore logins;
    private final RedisSessionStore sessions;
    private final RedisCodeStore codes;
    private final RedisDeviceStore devices;
    private final RedisConsentStore consents;
    private final RedisTokenStore tokens;
    private final RedisAccountStore accounts;
    private final RedisKeyStore keys;
    private final RedisAuditStore audit;
    private final RedisRevocations revocations;
    private final RedisArchive archive;
    private final Sweeper sweeper;

    private RedisStore(Redis redis, RedisUrl url, Clock clock) {
        this.redis = redis;
        this.url = url;
        GrantRows grants = new GrantRows(redis, clock);
        sweeper = new Sweeper(redis, clock, grants);
        clients = new RedisClientStore(redis, clock);
        logins = new RedisLoginStore(redis, clock);
        sessions = new RedisSessionStore(redis, clock);
        codes = new RedisCodeStore(redis, clock, grants);
        devices = new RedisDeviceStore(redis, clock);
        consents = new RedisConsentStore(redis, clock);
        tokens = new RedisTokenStore(redis, clock, grants, sweeper);
        accounts = new RedisAccountStore(redis, clock);
        keys = new RedisKeyStore(redis);
        audit = new RedisAuditStore(redis);
        archive = new RedisArchive(redis, clock, clients, consents, tokens, accounts, keys, grants);
        revocations = new RedisRevocations(redis);
    }

    /** @throws dev.mcpgateway.storage.StoreException if Redis cannot be reached or must not be used */
    static RedisStore open(RedisUrl url, Clock clock) {
        return open(url, clock, Redis.TIMEOUT);
    }

    static RedisStore open(RedisUrl url, Clock clock, Duration timeout) {
        Redis redis = Redis.open(url, timeout);
        try {
            StartCheck.run(redis, url);
        } catch (RuntimeException e) {
            redis.close();
            throw e;
        }
        var store = new RedisStore(redis, url, clock);
        store.sweeper.start();
        return store;
    }

    @Override
    public ClientStore clients() {
        return clients;
    }

    @Override
    public LoginStore logins() {
        return logins;
    }

    @Override
    public SessionStore sessions() {
        return sessions;
    }

    @Override
    public CodeStore codes() {
        return codes;
    }

    @Override
    public DeviceStore devices() {
        return devices;
    }

    @Override
    public ConsentStore consents() {
        return consents;
    }

    @Override
    public TokenStore tokens() {
        return tokens;
    }

    @Override
    public AccountStore accounts() {
        return accounts;
    }

    @Override
    public KeyStore keys() {
        return keys;
    }

    @Override
    public AuditStore audit() {
        return audit;
    }

    @Override
    public Archive archive() {
        return archive;
    }

    @Override
    public void check() {
        redis.run(Script.GET.on(Keys.revocations(Bucket.ALL.getFirst())));
    }

    /** By INFO alone, which does not tell {@code appendfsync}; of several masters, the one that keeps least. */
    @Override
    public Map<String, String> durability() {
        try {
            List<Map<String, String>> infos = StartCheck.infos(redis, url);
            boolean log = infos.stream().allMatch(info -> "1".equals(info.get("aof_enabled")));
            boolean written = infos.stream().allMatch(info -> "ok".equals(info.get("aof_last_write_status")));
            return Map.of(
                    "appendonly",
                    log ? "yes" : "no",
                    "aof_last_write_status",
                    written ? "ok" : "err",
                    "maxmemory-policy",
                    infos.getFirst().getOrDefault("maxmemory_policy", "noeviction"),
                    "maxmemory",
                    infos.getFirst().getOrDefault("maxmemory", "0"));
        } catch (RedisException e) {
            throw new StoreException(redis.name() + " does not answer INFO", e);
        }
    }

    @Override
    public Subscription watchRevocations(RevocationListener listener) {
        return revocations.watch(listener);
    }

    Sweeper sweeper() {
        return sweeper;
    }

    @Override
    public void close() {
        revocations.close();
        sweeper.close();
        redis.close();
    }
}
