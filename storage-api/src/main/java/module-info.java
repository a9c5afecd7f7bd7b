/** What must be remembered, and how it changes: records and atomic operations, without a word of OAuth or HTTP. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.storage {
    requires static transitive org.jspecify;

    exports dev.mcpgateway.storage;

    uses dev.mcpgateway.storage.StoreProvider;
}
