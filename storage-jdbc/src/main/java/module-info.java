import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.jdbc.JdbcStoreProvider;

/** The store on SQL, through Helidon's database client: H2 in a file of its own. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.storage.jdbc {
    requires static transitive org.jspecify;
    requires transitive dev.mcpgateway.storage;
    requires io.helidon.config;
    requires io.helidon.dbclient;
    requires java.sql;

    provides StoreProvider with
            JdbcStoreProvider;
}
