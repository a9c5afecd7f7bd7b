package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.contract.AllContracts;
import dev.mcpgateway.storage.redis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contracts of every store, on a Redis server. */
class RedisStoreTest extends AllContracts {
    @TempDir
    static Path folder;

    private static RedisServer server;

    @BeforeAll
    static void startServer() throws IOException {
        server = RedisServer.start(folder);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void empty() throws IOException {
        server.command("FLUSHALL");
    }

    @Override
    protected Store connect(Clock clock) {
        return StoreProvider.openAny(server.url(), clock);
    }

    @Override
    protected void age(Store store, Duration time) throws IOException {
        ((RedisStore) store).sweeper().sweep();
        server.age(time);
    }
}
