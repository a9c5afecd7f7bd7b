/**
 * The store on Redis through Redisson: a single server, Sentinel or Cluster. Exports nothing: it is opened through
 * {@link dev.mcpgateway.storage.StoreProvider#openAny}.
 */
@SuppressWarnings("requires-automatic") // Redisson has no descriptor; its module name is in its manifest.
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.storage.redis {
    requires static transitive org.jspecify;
    requires dev.mcpgateway.settings;
    requires dev.mcpgateway.storage;
    requires redisson;

    provides dev.mcpgateway.storage.StoreProvider with
            dev.mcpgateway.storage.redis.RedisStoreProvider;
}
