package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import java.time.Clock;
import java.util.List;

/**
 * Opens {@code redis://}, {@code rediss://}, {@code redis+sentinel://} and {@code redis+cluster://}; see
 * {@link RedisUrl}.
 */
public final class RedisStoreProvider implements StoreProvider {
    @Override
    public List<String> schemes() {
        return RedisUrl.SCHEMES;
    }

    @Override
    public Store open(String url, Clock clock) {
        return RedisStore.open(RedisUrl.parse(url), clock);
    }
}
