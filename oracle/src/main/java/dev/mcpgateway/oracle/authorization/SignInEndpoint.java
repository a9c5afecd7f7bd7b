package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.authorization.OwnSignIn.Form;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.IdentityProviders;
import dev.mcpgateway.oracle.identity.SignInException;
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
import java.util.Map;

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
    private final SecurityEvents events;
    private final IdentityProviders providers;
    private final Sealer sealer;
    private final SecureTokens random;
    private final Clock clock;

    /** @param cap the one of {@link ConsentEndpoint} */
    public SignInEndpoint(
            OracleSettings settings,
            LoginStore logins,
            Forwarding forwarding,
            SharedCap cap,
            SecurityEvents events,
            IdentityProviders providers,
            SecureTokens random,
            Clock clock) {
        this.settings = settings;
        this.logins = logins;
        this.forwarding = forwarding;
        this.cap = cap;
        this.events = events;
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
        cap.acquire(forwarding.network(request)).ifPresent(wait -> {
            throw PageRefusal.tooMany(wait);
        });
        goOn(request, response, form, provider);
    }

    private void goOn(ServerRequest request, ServerResponse response, Form form, IdentityProvider provider) {
        SignInRequest signIn = SignInRequest.begin(
                random.random(STATE_BYTES),
                settings.jwtSecrets().current(),
                CallbackEndpoint.url(settings.issuer(), provider));
        URI place = place(provider, signIn);
        logins.begin(new PendingLogin(
                SecureTokens.hash(signIn.state()),
                form.browserHash(),
                provider.id(),
                form.signIn().toJson(),
                clock.instant().plus(settings.lifetimes().login())));
        Language language = Language.of(request);
        new OnwardPage(
                        language,
                        Message.of("onward_signing_in"),
                        Message.of("onward_sign_in", ProviderOnPage.of(provider).nameIn(language)),
                        place.toString())
                .send(response, Status.OK_200);
    }

    private URI place(IdentityProvider provider, SignInRequest signIn) {
        try {
            return provider.authorizationUri(signIn);
        } catch (SignInException e) {
            events.note("login.failed", Map.of("provider", provider.id(), "reason", String.valueOf(e.getMessage())));
            throw PageRefusal.providerAway(provider.displayName());
        }
    }
}
