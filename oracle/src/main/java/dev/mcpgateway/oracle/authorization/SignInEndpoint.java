package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.authorization.OwnSignIn.Form;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.IdentityProviders;
import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.oracle.web.Provider;
import dev.mcpgateway.oracle.web.SignInPage;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * {@code /sign-in}: somebody wants to see their own pages. It goes the way of every sign-in, with the same bounds, and
 * comes back at {@link CallbackEndpoint}.
 */
public final class SignInEndpoint implements HttpService {
    private static final String PATH = "/sign-in";

    private final OracleSettings settings;
    private final SignIns signIns;
    private final IdentityProviders providers;
    private final Sealer sealer;
    private final SecureTokens random;
    private final Clock clock;

    public SignInEndpoint(
            OracleSettings settings, SignIns signIns, IdentityProviders providers, SecureTokens random, Clock clock) {
        this.settings = settings;
        this.signIns = signIns;
        this.providers = providers;
        this.sealer = Sealer.of(settings.jwtSecrets(), "own sign-in");
        this.random = random;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, PageRefusal.asPage(this::show)).post(PATH, PageRefusal.asPage(this::begin));
    }

    private void show(ServerRequest request, ServerResponse response) {
        String destination = Parameters.ofQuery(request)
                .optional("to")
                .filter(OwnSignIn.DESTINATIONS::contains)
                .orElse(OwnSignIn.ACCOUNT);
        Duration patience = settings.lifetimes().login();
        // The cookie has to last for the form and, after it, for the sign-in.
        String browser = BrowserCookie.obtainHash(request, response, random, patience.multipliedBy(2));
        Form form =
                new Form(new OwnSignIn(destination), browser, clock.instant().plus(patience));
        List<Provider> offered = ProviderOnPage.all(providers);
        new SignInPage(Language.of(request), offered, form.seal(sealer)).send(response, Status.OK_200);
    }

    private void begin(ServerRequest request, ServerResponse response) {
        OwnPages.requirePostedByOne(request);
        Parameters posted = Parameters.ofFormOnly(request);
        Form form = Form.open(posted.required("request"), sealer)
                .filter(shown -> clock.instant().isBefore(shown.expiresAt()))
                .orElseThrow(() -> PageRefusal.staleSignIn(Message.of("stale_form")));
        if (!BrowserCookie.matches(request, form.browserHash())) {
            throw PageRefusal.otherBrowser();
        }
        String chosen = posted.required("provider");
        IdentityProvider provider =
                providers.find(chosen).orElseThrow(() -> PageRefusal.staleSignIn(Message.of("stale_provider")));
        signIns.begin(request, response, form.browserHash(), form.signIn().toJson(), provider);
    }
}
