/** Helidon DB Client: H2 (embedded default), later PostgreSQL. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.storage.jdbc {
    requires static transitive org.jspecify;
}
