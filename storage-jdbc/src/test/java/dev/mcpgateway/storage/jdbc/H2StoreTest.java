package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.contract.AllContracts;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** The contracts of every store, on an H2 file. */
class H2StoreTest extends AllContracts {
    @TempDir
    Path folder;

    @Override
    protected Store connect(Clock clock) {
        return StoreProvider.openAny("jdbc:h2:" + folder.resolve("store"), clock);
    }

    @Override
    protected void age(Store store, Duration time) {
        ((JdbcStore) store).sweeper().sweep();
    }
}
