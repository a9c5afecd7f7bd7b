package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.contract.AllContracts;
import dev.mcpgateway.storage.jdbc.testing.PostgresServer;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;

/** The contracts of every store, on a real PostgreSQL server, each test in a schema of its own. */
class PostgresStoreTest extends AllContracts {
    private String url;

    @BeforeEach
    void createSchema() throws Exception {
        url = PostgresServer.shared().newSchema();
    }

    @Override
    protected Store connect(Clock clock) {
        return StoreProvider.openAny(url, clock);
    }

    @Override
    protected void age(Store store, Duration time) {
        ((JdbcStore) store).sweeper().sweep();
    }
}
