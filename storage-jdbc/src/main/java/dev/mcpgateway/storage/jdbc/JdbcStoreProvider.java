package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreProvider;
import java.time.Clock;
import java.util.List;

/**
 * Opens {@code jdbc:h2:FILE} with its settings, such as {@code jdbc:h2:/data/gateway;USER=sa;PASSWORD=...}. The file is
 * created where there is none, readable by its owner only. One process at a time can open it.
 */
public final class JdbcStoreProvider implements StoreProvider {
    @Override
    public List<String> schemes() {
        return List.of(H2Url.SCHEME);
    }

    @Override
    public Store open(String url, Clock clock) {
        return JdbcStore.open(H2Url.parse(url), clock);
    }
}
