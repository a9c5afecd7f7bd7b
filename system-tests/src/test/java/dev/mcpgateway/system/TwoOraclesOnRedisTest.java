package dev.mcpgateway.system;

import dev.mcpgateway.storage.redis.testing.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** On one Redis server. */
class TwoOraclesOnRedisTest extends TwoOraclesContract {
    private @Nullable RedisServer redis;

    @Override
    String storageUrl(Path folder) {
        try {
            redis = RedisServer.start(folder.resolve("redis"));
            return redis.url();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    void stopRedis() {
        if (redis != null) {
            redis.close();
        }
    }
}
