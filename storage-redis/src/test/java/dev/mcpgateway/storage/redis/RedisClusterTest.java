package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.contract.ArchiveContract;
import dev.mcpgateway.storage.contract.ClientStoreContract;
import dev.mcpgateway.storage.contract.CodeStoreContract;
import dev.mcpgateway.storage.contract.RevocationContract;
import dev.mcpgateway.storage.contract.TokenStoreContract;
import dev.mcpgateway.storage.redis.testing.RedisCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contracts with more than one key to a script, on a Cluster: a key in another slot would be refused. */
class RedisClusterTest {
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

    private static Store openStore(Clock clock) {
        return StoreProvider.openAny(cluster.url(), clock);
    }

    @Nested
    class Clients extends ClientStoreContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Codes extends CodeStoreContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Tokens extends TokenStoreContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Revocations extends RevocationContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }

    @Nested
    class Archives extends ArchiveContract {
        @Override
        protected Store open(Clock clock) {
            return openStore(clock);
        }
    }
}
