package dev.mcpgateway.system;

import dev.mcpgateway.storage.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** On one PostgreSQL server. */
class TwoOraclesOnPostgresTest extends TwoOraclesContract {
    private @Nullable PostgresServer postgres;

    @Override
    String storageUrl(Path folder) throws Exception {
        postgres = PostgresServer.create();
        return postgres.newSchema();
    }

    @AfterAll
    void stopPostgres() {
        if (postgres != null) {
            postgres.close();
        }
    }
}
