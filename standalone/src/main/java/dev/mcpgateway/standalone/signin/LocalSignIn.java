package dev.mcpgateway.standalone.signin;

import dev.mcpgateway.oracle.identity.Identification;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.SignInEnvironment;
import dev.mcpgateway.oracle.identity.SignInException;
import dev.mcpgateway.oracle.identity.SignInException.Reason;
import dev.mcpgateway.oracle.identity.SignInRequest;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import io.helidon.webserver.http.HttpRules;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A sign-in without passwords, for one person on one computer. */
public final class LocalSignIn implements IdentityProvider {
    static final String ID = "local";

    /** How long the way from the form back to the callback may take. */
    static final Duration PROOF_LIFETIME = Duration.ofMinutes(1);

    private @Nullable Started started;

    /** What is known once the provider has started. */
    record Started(URI issuer, Secret verifySecret, Sealer sealer, Clock clock) {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String displayName() {
        return "a name of your choice";
    }

    @Override
    public void start(SignInEnvironment environment) {
        Settings settings = environment.settings();
        Stream<String> addresses = Stream.concat(
                environment.listenAddresses().stream(),
                Stream.concat(
                        settings.get(KnownSettings.ROUTER_ADDRESS).stream(),
                        Stream.of(
                                        KnownSettings.ROUTER_MANAGEMENT_ADDRESS,
                                        KnownSettings.ORACLE_ADDRESS,
                                        KnownSettings.ORACLE_MANAGEMENT_ADDRESS)
                                .map(settings::get)));
        List<String> exposed =
                addresses.filter(address -> !isLoopback(address)).distinct().toList();
        if (!exposed.isEmpty()) {
            settings.problems()
                    .add("the local sign-in lets anybody be anybody, so it runs on loopback addresses only, not on "
                            + String.join(", ", exposed));
        }
        if (!environment.baseDomain().equals("localhost")) {
            settings.problems()
                    .add("the local sign-in runs with BASE_DOMAIN=localhost only, not with "
                            + environment.baseDomain());
        }
        started = new Started(
                environment.issuer(),
                settings.get(KnownSettings.VERIFY_SECRET),
                Sealer.of(environment.secrets(), "local sign-in"),
                environment.clock());
    }

    @Override
    public URI authorizationUri(SignInRequest request) {
        return URI.create(started().issuer() + LocalSignInPage.PATH + "?state="
                + URLEncoder.encode(request.state(), StandardCharsets.UTF_8));
    }

    @Override
    public Identification identify(Parameters callback, SignInRequest request) throws SignInException {
        String code = callback.optional("code")
                .orElseThrow(() -> new SignInException(Reason.INVALID, "the local sign-in brought back no code"));
        String name = SignInProof.open(code, started().sealer())
                .filter(proof -> proof.proves(request.state(), started().clock().instant()))
                .map(SignInProof::userName)
                .orElseThrow(
                        () -> new SignInException(Reason.INVALID, "the local sign-in's code is not valid any more"));
        return Identification.of(new User(ID + ":" + name, name));
    }

    @Override
    public void routing(HttpRules rules) {
        new LocalSignInPage(started()).routing(rules);
    }

    private Started started() {
        return Objects.requireNonNull(started, "start() comes first");
    }

    static boolean isLoopback(String address) {
        // Only literals: a name would be looked up, and could change.
        if (!address.matches("[0-9a-fA-F.:]+")) {
            return false;
        }
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException _) { // not an address, so not a loopback one
            return false;
        }
    }
}
