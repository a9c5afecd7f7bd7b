/**
 * The store on a relational database through Helidon DB Client: H2 in a file. Exports nothing: it is opened through
 * {@link dev.mcpgateway.storage.StoreProvider#openAny}.
 */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.storage.jdbc {
    requires static transitive org.jspecify;
    requires dev.mcpgateway.storage;
    requires dev.mcpgateway.settings;
    requires io.helidon.config;
    requires io.helidon.dbclient;
    requires io.helidon.dbclient.jdbc;
    // Asked for by name only, so that it is part of the module graph.
    requires io.helidon.dbclient.hikari;
    requires java.sql;

    provides dev.mcpgateway.storage.StoreProvider with
            dev.mcpgateway.storage.jdbc.JdbcStoreProvider;
}
