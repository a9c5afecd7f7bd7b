package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.contract.AllContracts;
import dev.mcpgateway.storage.redis.testing.RedisCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contracts on a Cluster, which refuses a script whose keys are in several slots. */
class RedisClusterTest extends AllContracts {
    @TempDir
    static Path folder;

    private static RedisCluster cluster;

    @BeforeAll
    static void startCluster() throws IOException {
        cluster = RedisCluster.start(folder);
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void empty() throws IOException {
        cluster.clear();
    }

    @Override
    protected Store connect(Clock clock) {
        return StoreProvider.openAny(cluster.url(), clock);
    }

    @Override
    protected void age(Store store, Duration time) throws IOException {
        ((RedisStore) store).sweeper().sweep();
        cluster.age(time);
    }
}
