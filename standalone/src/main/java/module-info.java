import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.standalone.signin.LocalSignIn;

/** Router, oracle and H2 in one JVM with the local sign-in: the quick start. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.standalone {
    requires static transitive org.jspecify;
    requires dev.mcpgateway.demo;
    requires dev.mcpgateway.oracle;
    requires dev.mcpgateway.router;
    requires dev.mcpgateway.settings;
    requires dev.mcpgateway.storage;
    requires io.helidon.webserver;

    uses IdentityProvider;

    provides IdentityProvider with
            LocalSignIn;
}
