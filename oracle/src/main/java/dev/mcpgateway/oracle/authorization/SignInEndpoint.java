package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.authorization.OwnSignIn.Form;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.SignInRequest;
import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.limit.SharedCap;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.Sealer;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.oracle.web.OnwardPage;
import dev.mcpgateway.oracle.web.Provider;
import dev.mcpgateway.oracle.web.SignInPage;
import dev.mcpgateway.storage.LoginStore;
import dev.mcpgateway.storage.LoginStore.PendingLogin;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * {@code /sign-in}: somebody wants to see their own pages. It goes the way of every sign-in, with the same bounds, and
 * comes back at {@link CallbackEndpoint}.
 */
public final class SignInEndpoint implements HttpService {
    private static final String PATH = "/sign-in";
    private static final int STATE_BYTES = 32;

    private final OracleSettings settings;
    private final LoginStore logins;
    private final Forwarding forwarding;
    private final SharedCap cap;
    private final List<IdentityProvider> providers;
    private final Sealer sealer;
    private final SecureTokens random;
    private final Clock clock;

    /** @param cap the one of {@link ConsentEndpoint} */
    public SignInEndpoint(
            OracleSettings settings,
            LoginStore logins,
            Forwarding forwarding,
            SharedCap cap,
            List<IdentityProvider> providers,
            SecureTokens random,
            Clock clock) {
        this.settings = settings;
        this.logins = logins;
        this.forwarding = forwarding;
        this.cap = cap;
        this.providers = List.copyOf(providers);
        this.sealer = Sealer.of(settings.jwtSecret(), "own sign-in");
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
        List<Provider> offered = providers.stream()
                .map(provider -> new Provider(provider.id(), provider.displayName()))
                .toList();
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
        IdentityProvider provider = providers.stream()
                .filter(each -> each.id().equals(chosen))
                .findFirst()
                .orElseThrow(() -> PageRefusal.staleSignIn(Message.of("stale_provider")));
        cap.acquire(forwarding.network(request)).ifPresent(wait -> {
            throw PageRefusal.tooMany(wait);
        });
        goOn(request, response, form, provider);
    }

    private void goOn(ServerRequest request, ServerResponse response, Form form, IdentityProvider provider) {
        String state = random.random(STATE_BYTES);
        logins.begin(new PendingLogin(
                SecureTokens.hash(state),
                form.browserHash(),
                provider.id(),
                form.signIn().toJson(),
                clock.instant().plus(settings.lifetimes().login())));
        URI signIn = provider.authorizationUri(new SignInRequest(state, CallbackEndpoint.url(settings.issuer())));
        Language language = Language.of(request);
        String name = new Provider(provider.id(), provider.displayName()).nameIn(language);
        new OnwardPage(language, Message.of("onward_signing_in"), Message.of("onward_sign_in", name), signIn.toString())
                .send(response, Status.OK_200);
    }
}
