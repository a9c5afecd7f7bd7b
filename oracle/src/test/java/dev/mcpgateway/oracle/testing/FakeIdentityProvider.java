package dev.mcpgateway.oracle.testing;

import dev.mcpgateway.oracle.identity.Identification;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.SignInEnvironment;
import dev.mcpgateway.oracle.identity.SignInException;
import dev.mcpgateway.oracle.identity.SignInRequest;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.protocol.Parameters;
import java.net.URI;
import java.util.Optional;

/**
 * Whoever comes back is alice, number 4711, unless the callback says {@code user=NAME}, which for bob alone is another
 * number, or {@code failure=REASON}.
 */
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
    public Identification identify(Parameters callback, SignInRequest request) throws SignInException {
        Optional<String> failure = callback.optional("failure");
        if (failure.isPresent()) {
            throw new SignInException(SignInException.Reason.valueOf(failure.get()), "as the test wishes");
        }
        String name = callback.optional("user").orElse("alice");
        String id = callback.optional("id").orElse(name.equals("bob") ? "4712" : "4711");
        return Identification.of(new User(id, name));
    }
}
