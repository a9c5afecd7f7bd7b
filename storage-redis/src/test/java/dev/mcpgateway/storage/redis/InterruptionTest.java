package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.contract.InterruptionContract;
import dev.mcpgateway.storage.contract.Relay;
import dev.mcpgateway.storage.redis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections to Redis are cut behind each script of a verb, before its answer arrives. */
@Timeout(60)
class InterruptionTest extends InterruptionContract {
    private static final Duration PATIENCE = Duration.ofMillis(150);

    private final RedisServer server;
    private final Relay relay;

    InterruptionTest(@TempDir Path folder) throws IOException {
        server = RedisServer.start(folder);
        relay = Relay.to(server.port());
    }

    @Override
    protected Store open(Clock clock) {
        // An answer that was cut off is waited for in vain.
        String relayed = server.url().replace(":" + server.port(), ":" + relay.port());
        return RedisStore.open(RedisUrl.parse(relayed), clock, PATIENCE);
    }

    @Override
    protected Store openWitness(Clock clock) {
        return StoreProvider.openAny(server.url(), clock);
    }

    @Override
    protected void breakOffAt(int point) {
        relay.cutAfter(point);
    }

    @Override
    protected boolean wasBrokenOff() {
        return relay.hasCut();
    }

    @AfterAll
    void stop() throws IOException {
        relay.close();
        server.close();
    }
}
