package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import java.time.Clock;
import java.util.List;

/**
 * Opens {@code jdbc:h2:FILE} with its settings, such as {@code jdbc:h2:/data/gateway;USER=sa;PASSWORD=...}, and
 * {@code jdbc:postgresql://HOST:PORT/DATABASE?user=...&password=...} with the settings of its driver. An H2 file is
 * created where there is none, readable by its owner only, and one process at a time can open it. A PostgreSQL database
 * must be there; its tables are created.
 */
public final class JdbcStoreProvider implements StoreProvider {
    @Override
    public List<String> schemes() {
        return List.of(H2Url.SCHEME, PostgresUrl.SCHEME);
    }

    @Override
    public Store open(String url, Clock clock) {
        return JdbcStore.open(url.startsWith(H2Url.SCHEME) ? H2Url.parse(url) : PostgresUrl.parse(url), clock);
    }
}
