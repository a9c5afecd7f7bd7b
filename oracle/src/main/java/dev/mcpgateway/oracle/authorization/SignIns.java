package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.SignInException;
import dev.mcpgateway.oracle.identity.SignInRequest;
import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.limit.SharedCap;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.oracle.web.OnwardPage;
import dev.mcpgateway.storage.LoginStore;
import dev.mcpgateway.storage.LoginStore.PendingLogin;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.Clock;
import java.util.Map;

/**
 * Sends people to their identity provider, whatever they sign in for; they come back at {@link CallbackEndpoint}. What
 * waits for them is remembered from here on, under one cap for all.
 */
public final class SignIns {
    private static final int STATE_BYTES = 32;

    private final OracleSettings settings;
    private final LoginStore logins;
    private final Forwarding forwarding;
    private final SharedCap cap;
    private final SecurityEvents events;
    private final SecureTokens random;
    private final Clock clock;

    /** @param cap on the sign-ins that all begin together, so that no flood fills the store */
    public SignIns(
            OracleSettings settings,
            LoginStore logins,
            Forwarding forwarding,
            SharedCap cap,
            SecurityEvents events,
            SecureTokens random,
            Clock clock) {
        this.settings = settings;
        this.logins = logins;
        this.forwarding = forwarding;
        this.cap = cap;
        this.events = events;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Answers with a page that goes on to the provider.
     *
     * @param browserHash of the cookie of this browser, which has to bring the answer back
     * @param waiting what goes on then, as JSON
     */
    void begin(
            ServerRequest browser,
            ServerResponse response,
            String browserHash,
            String waiting,
            IdentityProvider provider) {
        cap.acquire(forwarding.network(browser)).ifPresent(wait -> {
            throw PageRefusal.tooMany(wait);
        });
        SignInRequest signIn = SignInRequest.begin(
                random.random(STATE_BYTES),
                settings.jwtSecrets().current(),
                CallbackEndpoint.url(settings.issuer(), provider));
        URI place = place(provider, signIn);
        logins.begin(new PendingLogin(
                SecureTokens.hash(signIn.state()),
                browserHash,
                provider.id(),
                waiting,
                clock.instant().plus(settings.lifetimes().login())));
        Language language = Language.of(browser);
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
