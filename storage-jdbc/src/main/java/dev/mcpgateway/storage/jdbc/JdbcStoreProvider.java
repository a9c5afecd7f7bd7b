package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import java.time.Clock;
import java.util.List;

/** Opens {@code jdbc:h2:} URLs. */
public final class JdbcStoreProvider implements StoreProvider {
    @Override
    public List<String> schemes() {
        return List.of(H2Url.SCHEME);
    }

    @Override
    public Store open(String url, Clock clock) {
        Database database = Database.open(H2Url.parse(url));
        try {
            Schema.migrate(database);
            return new JdbcStore(database, clock);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }
}
