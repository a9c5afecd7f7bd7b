package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.contract.InterruptionContract;
import dev.mcpgateway.storage.contract.Relay;
import dev.mcpgateway.storage.jdbc.testing.PostgresServer;
import java.io.IOException;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;

/** Connections to PostgreSQL are cut behind each statement of a verb, before its answer arrives. */
@Timeout(60)
class PostgresInterruptionTest extends InterruptionContract {
    private final String url;
    private final Relay relay;
    private final String urlOfRelay;

    PostgresInterruptionTest() throws Exception {
        PostgresServer server = PostgresServer.shared();
        url = server.newSchema();
        relay = Relay.to(server.port());
        urlOfRelay = url.replace(":" + server.port(), ":" + relay.port());
    }

    @Override
    protected Store open(Clock clock) {
        return StoreProvider.openAny(urlOfRelay, clock);
    }

    @Override
    protected Store openWitness(Clock clock) {
        return StoreProvider.openAny(url, clock);
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
    }
}
