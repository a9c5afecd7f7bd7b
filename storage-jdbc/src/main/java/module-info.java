/**
 * The store on a relational database through Helidon DB Client: H2 in a file, or PostgreSQL. Exports nothing: it is
 * opened through {@link dev.mcpgateway.storage.StoreProvider#openAny}.
 */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.storage.jdbc {
    requires static transitive org.jspecify;
    requires static org.checkerframework.checker.qual;
    requires dev.mcpgateway.storage;
    requires com.zaxxer.hikari;
    requires dev.mcpgateway.settings;
    requires io.helidon.dbclient;
    requires io.helidon.dbclient.jdbc;
    requires java.sql;
    requires org.postgresql.jdbc;

    provides dev.mcpgateway.storage.StoreProvider with
            dev.mcpgateway.storage.jdbc.JdbcStoreProvider;
}
