/** One table of settings, one reader for them, and secrets that do not print. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.settings {
    requires static transitive org.jspecify;
    requires java.logging;
    requires org.yaml.snakeyaml;

    exports dev.mcpgateway.settings;
}
