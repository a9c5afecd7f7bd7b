/** Router, oracle and H2 in one JVM with the local sign-in: the quick start. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.standalone {
    requires static transitive org.jspecify;
}
