/** What must be remembered, and how it changes: records and atomic operations, without a word of OAuth or HTTP. */
@SuppressWarnings("module") // The stores are built after this module, so they are not there yet.
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.storage {
    requires static transitive org.jspecify;

    exports dev.mcpgateway.storage;
    exports dev.mcpgateway.storage.spi to
            dev.mcpgateway.storage.jdbc,
            dev.mcpgateway.storage.redis;

    uses dev.mcpgateway.storage.StoreProvider;
}
