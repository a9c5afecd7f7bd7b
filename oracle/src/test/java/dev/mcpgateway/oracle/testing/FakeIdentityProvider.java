package dev.mcpgateway.oracle.testing;

import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.SignInEnvironment;
import dev.mcpgateway.oracle.identity.SignInRequest;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.protocol.Parameters;
import java.net.URI;

/** Whoever comes back is alice. */
public final class FakeIdentityProvider implements IdentityProvider {
    @Override
    public String id() {
        return "fake";
    }

    @Override
    public String displayName() {
        return "Fake";
    }

    @Override
    public void start(SignInEnvironment environment) {}

    @Override
    public URI authorizationUri(SignInRequest request) {
        return URI.create("https://fake.example/?state=" + request.state());
    }

    @Override
    public User identify(Parameters callback, SignInRequest request) {
        return new User("4711", "alice");
    }
}
