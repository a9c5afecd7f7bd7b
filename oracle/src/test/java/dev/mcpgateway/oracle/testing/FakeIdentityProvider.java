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

/** Whoever comes back is alice, unless the callback says {@code user=NAME} or {@code failure=REASON}. */
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
        return Identification.of(new User(
                callback.optional("id").orElse("4711"),
                callback.optional("user").orElse("alice")));
    }
}
